using System.Runtime.CompilerServices;

namespace Coral.Testing;

/// <summary>The checkout that these tests belong to.</summary>
public static class Repository
{
    /// <summary>Its folder: above the build's output, or above this source where the output lies elsewhere (<c>--artifacts-path</c>).</summary>
    public static string Root { get; } = Above(AppContext.BaseDirectory) ?? Above(SourceFolder()) ?? throw new InvalidOperationException("no global.json above the tests");

    private static string? Above(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Join(folder, "global.json"))) folder = Path.GetDirectoryName(folder);
        return folder;
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
