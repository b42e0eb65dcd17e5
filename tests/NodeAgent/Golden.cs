using Coral.Testing;

namespace Coral.NodeAgent.Tests;

/// <summary>Compares with a file of the repository; with <c>UPDATE_GOLDEN=1</c> it writes the file instead.</summary>
internal static class Golden
{
    /// <param name="path">From the repository's root.</param>
    /// <param name="actual">The text that must stand there.</param>
    public static void Check(string path, string actual)
    {
        var file = Path.Join(Repository.Root, path);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(file, actual);
        Assert.Equal(File.ReadAllText(file), actual);
    }
}
