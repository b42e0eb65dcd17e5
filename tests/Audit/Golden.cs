using Coral.Testing;

namespace Coral.Audit.Tests;

/// <summary>Compares with a file of <c>Golden/</c>; with <c>UPDATE_GOLDEN=1</c> it writes the file instead.</summary>
internal static class Golden
{
    public static void Check(string name, string actual)
    {
        var path = Path.Combine(Repository.Root, "tests", "Audit", "Golden", name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
