using Coral.Policies.Bundles;

namespace Coral.Cli.Testing.Reading;

/// <summary>Reads each file once, however many documents name it, and collects the mistakes of all of them.</summary>
internal sealed class SourceFiles(List<BundleProblem> problems)
{
    private readonly Dictionary<string, List<ManifestDocument>> read = new(StringComparer.Ordinal);

    /// <summary>Whether a text of <c>objects</c> is a path, and not <c>Kind/name</c>.</summary>
    internal static bool LooksLikePath(string text) => Path.GetExtension(text) is ".yaml" or ".yml" or ".json";

    /// <summary>A path that stands in a file is relative to that file. It is shown as short as the user named that file.</summary>
    internal static string Resolve(string file, string path)
    {
        var full = Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(file))!);
        return Path.IsPathRooted(file) ? full : Path.GetRelativePath(Directory.GetCurrentDirectory(), full);
    }

    /// <summary>The documents of a file, or of all files of a folder but its case files, which may stand beside its facts.</summary>
    internal List<ManifestDocument> ReadAll(string path) =>
        Directory.Exists(path) ? [.. BundleFiles.OfBundle(path, problems).SelectMany(Read)] : Read(path);

    internal List<ManifestDocument> Read(string file)
    {
        if (read.TryGetValue(file, out var known)) return known;
        var documents = new List<ManifestDocument>();
        read.Add(file, documents);
        try
        {
            using var stream = YamlDocuments.Open(file);
            documents.AddRange(YamlDocuments.Read(stream, file, problems));
        }
        catch (BundleException unreadable)
        {
            problems.AddRange(unreadable.Problems);
        }
        catch (IOException mistake)
        {
            problems.Add(new BundleProblem(file, 0, "", YamlDocuments.Unreadable(file, mistake)));
        }

        return documents;
    }
}
