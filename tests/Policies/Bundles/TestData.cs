using System.Runtime.CompilerServices;
using System.Text;
using Coral.Policies.Bundles;

namespace Coral.Policies.Tests.Bundles;

/// <summary>The files beside these tests.</summary>
internal static class TestData
{
    public static string Folder { get; } = Path.Combine(Path.GetDirectoryName(Here())!, "Data");

    public static string PathOf(string name) => Path.Combine(Folder, name);

    public static string Read(string name) => File.ReadAllText(PathOf(name));

    /// <summary>Compares with a golden file; <c>UPDATE_GOLDEN=1</c> writes it instead.</summary>
    public static void Golden(string name, string actual)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(PathOf(name), actual);
        Assert.Equal(Read(name), actual);
    }

    /// <summary>One line a problem, the file without its folder.</summary>
    public static string Lines(IEnumerable<BundleProblem> problems)
    {
        var lines = new StringBuilder();
        foreach (var problem in problems) lines.Append(problem with { File = Path.GetFileName(problem.File) }).Append('\n');
        return lines.ToString();
    }

    public static BundleException Refused(string text, string file = "test.yaml") => Assert.Throws<BundleException>(() => YamlDocuments.Read(text, file).ToList());

    private static string Here([CallerFilePath] string path = "") => path;
}

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("coral-bundles-").FullName;

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
