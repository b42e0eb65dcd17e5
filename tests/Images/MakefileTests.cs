namespace Coral.Images.Tests;

/// <summary>What the Makefile gives to the programs that it runs.</summary>
public sealed class MakefileTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    /// <summary>The Dockerfile's build argument VERSION is a variable of its environment, and MSBuild would take it for the property: a commit is no version of a package, and nothing could be restored.</summary>
    [Fact]
    public async Task R_13_a_version_in_the_environment_or_on_the_command_line_does_not_reach_MSBuild()
    {
        await File.WriteAllTextAsync(file, "include Makefile\nshow:\n\t@echo version=$(VERSION); env\n");
        var environment = new Dictionary<string, string> { ["VERSION"] = "abc1234" };
        foreach (var shown in new[] { await Command.Run("make", ["--no-print-directory", "-f", file, "show", "VERSION=abc1234"], workingDirectory: Repository.Root), await Command.Run("make", ["--no-print-directory", "-f", file, "show"], environment: environment, workingDirectory: Repository.Root) })
        {
            var lines = shown.Output.Split('\n');
            Assert.Contains("version=abc1234", lines);
            Assert.DoesNotContain(lines, line => line.StartsWith("VERSION=", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task One_commit_has_one_build_date()
    {
        await File.WriteAllTextAsync(file, "include Makefile\nshow:\n\t@echo $(BUILD_DATE)\n");
        var shown = await Command.Run("make", ["--no-print-directory", "-f", file, "show"], environment: new Dictionary<string, string> { ["SOURCE_DATE_EPOCH"] = "1767323045" }, workingDirectory: Repository.Root);
        Assert.Equal("2026-01-02T03:04:05Z\n", shown.Output);
        var ofCommit = await Command.Run("make", ["--no-print-directory", "-f", file, "show"], workingDirectory: Repository.Root);
        var commit = await Command.Run("git", ["log", "-1", "--format=%ct"], workingDirectory: Repository.Root);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(long.Parse(commit.Output, System.Globalization.CultureInfo.InvariantCulture)).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture), ofCommit.Output.Trim());
    }

    public void Dispose() => File.Delete(file);
}
