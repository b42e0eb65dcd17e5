namespace Coral.Cli.Tests;

/// <summary>Compares with a file of <c>Golden/</c>; with <c>UPDATE_GOLDEN=1</c> it writes the file instead.</summary>
internal static class Golden
{
    public static void Check(string name, string actual)
    {
        var path = Path.Combine(Repository.Root, "tests", "Cli", "Golden", name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual);
    }
}

internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory)) ?? Find(new DirectoryInfo(SourceFolder())) ?? throw new InvalidOperationException("no global.json above the tests");

    private static string? Find(DirectoryInfo? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "global.json"))) folder = folder.Parent;
        return folder?.FullName;
    }

    // Builds into a folder elsewhere (--artifacts-path) leave no way up to the repository.
    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
