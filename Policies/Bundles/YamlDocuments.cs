using System.Text;

namespace Coral.Policies.Bundles;

/// <summary>
/// Reads Kubernetes manifests: YAML with any number of documents, JSON, JSON by lines, and lists (<c>kind: List</c>, <c>PodList</c>), which are taken apart.
/// YAML means what it means to kubectl (see <c>YamlScalars</c>). Documents without content are passed over. Thread safe.
/// </summary>
/// <remarks>
/// The methods read while the caller enumerates, so that a long stream need not fit into memory. They throw <see cref="BundleException"/> at the first
/// document with a mistake (syntax, a key that stands twice, no object), after the documents in front of it.
/// </remarks>
public static class YamlDocuments
{
    /// <summary>The name by which standard input is asked for and named in messages.</summary>
    public const string StandardInput = "-";

    /// <summary>Reads a text. <paramref name="file"/> is only its name in messages.</summary>
    public static IEnumerable<ManifestDocument> Read(string text, string file) => Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), file);

    /// <summary>Reads UTF-8 (with or without a byte order mark). The caller closes the stream.</summary>
    public static IEnumerable<ManifestDocument> Read(Stream stream, string file)
    {
        var problems = new List<BundleProblem>();
        foreach (var document in Read(stream, file, problems))
        {
            if (problems.Count > 0) break;
            yield return document;
        }

        if (problems.Count > 0) throw new BundleException([.. problems]);
    }

    /// <summary>Reads a file, or standard input for <c>-</c>. A file that cannot be read is a <see cref="BundleException"/> too.</summary>
    public static IEnumerable<ManifestDocument> ReadFile(string path)
    {
        using var stream = path == StandardInput ? Console.OpenStandardInput() : Open(path);
        foreach (var document in Read(stream, path)) yield return document;
    }

    /// <summary>
    /// The same, but mistakes are collected and reading goes on where it can. Those of a document are there before the next document is.
    /// <paramref name="firstLine"/> is the line of the file on which the stream begins.
    /// </summary>
    public static IEnumerable<ManifestDocument> Read(Stream stream, string file, List<BundleProblem> problems, int firstLine = 1)
    {
        var source = new ByteSource(stream, firstLine);
        if (source.PeekNonSpace() is (byte)'{' or (byte)'[')
        {
            var json = new JsonStream(source, file, problems);
            foreach (var document in json.Read()) yield return document;
            if (!json.GoesOnAsYaml) yield break;
            if (json.NoJson is { } noJson)
            {
                foreach (var document in ReadAfterAll(source, file, noJson, problems)) yield return document;
                yield break;
            }
        }

        foreach (var document in ReadYaml(source, file, problems)) yield return document;
    }

    /// <summary>Opens a file for one of the methods above. One that cannot be opened is a <see cref="BundleException"/>.</summary>
    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception mistake) when (mistake is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new BundleException(new BundleProblem(path, 0, "", Unreadable(path, mistake)));
        }
    }

    internal static string Unreadable(string path, Exception mistake) => mistake switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException when Directory.Exists(path) => "is a folder, a file was expected",
        UnauthorizedAccessException => "may not be read; check its permissions",
        _ => $"cannot be read: {JsonDescribe.Short(mistake.Message)}",
    };

    /// <summary>Text that looks like JSON and is none may be YAML; when it is neither, what JSON has against it says more.</summary>
    private static List<ManifestDocument> ReadAfterAll(ByteSource source, string file, BundleProblem noJson, List<BundleProblem> problems)
    {
        var found = new List<BundleProblem>();
        var documents = ReadYaml(source, file, found).ToList();
        if (documents.Count == 0 && found.Count > 0) problems.Add(noJson);
        else problems.AddRange(found);
        return documents;
    }

    private static IEnumerable<ManifestDocument> ReadYaml(ByteSource source, string file, List<BundleProblem> problems)
    {
        var line = source.Line;
        if (!TryText(source, out var text))
        {
            problems.Add(new BundleProblem(file, line, "", "is not UTF-8 text"));
            return [];
        }

        return new YamlStream(text, file, line, problems).Read();
    }

    private static bool TryText(ByteSource source, out string text)
    {
        var bytes = source.ReadToEnd();
        var valid = System.Text.Unicode.Utf8.IsValid(bytes);
        text = valid ? Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF') : "";
        return valid;
    }
}
