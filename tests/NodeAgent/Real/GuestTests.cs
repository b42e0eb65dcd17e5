using System.Text.Json;
using Coral.Policies.Bundles;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>The published agent under other kernels, each with and without lockdown (<c>kit/kernel run</c>), beside the independent check in the same guest.</summary>
[Collection(AgentTests.Name)]
public sealed class GuestTests(AgentFixture fixture)
{
    // The emulated processors are some twenty times slower than real ones, so trials have a minute. What ended is freed a moment later (RCU), so it is asked for again until it is gone.
    private const string Script =
        """
        gone() { for turn in 1 2 3 4 5 6 7 8 9; do oracle ids > /tmp/ids; [ -s /tmp/ids ] || return; sleep 1; done; cat /tmp/ids; }
        for keep in '' 12,38,39 12,19,21; do echo "### oracle $keep"; oracle $keep; done
        echo '### before'; gone
        echo '### report'; coral-agent probe -o json --trial-timeout 60 --node "$0"
        echo '### after'; gone
        echo '### end'
        """;

    [AgentTheory]
    [InlineData("bookworm", "debian-6.1", "")]
    [InlineData("bookworm", "debian-6.1-integrity", "integrity")]
    [InlineData("bookworm", "debian-6.1-confidentiality", "confidentiality")]
    [InlineData("trixie", "debian-6.12", "")]
    [InlineData("trixie", "debian-6.12-integrity", "integrity")]
    [InlineData("trixie", "debian-6.12-confidentiality", "confidentiality")]
    [InlineData("sid", "debian-7.2", "")]
    [InlineData("sid", "debian-7.2-integrity", "integrity")]
    [InlineData("sid", "debian-7.2-confidentiality", "confidentiality")]
    public async Task The_probe_agrees_with_an_independent_check_leaves_nothing_and_finds_what_was_recorded(string suite, string name, string lockdown)
    {
        var sections = await RunGuest(suite, name, lockdown);
        var report = JsonDocument.Parse(sections["report"]).RootElement;

        Assert.Empty(NodeCapabilityValidator.Validate(report));
        Assert.Equal(lockdown.Length == 0 ? "none" : lockdown, report.GetProperty("system").GetProperty("lockdown").GetString());
        foreach (var (way, keep) in Agreement.Ways) Agreement.Check(name, report, way, Opinion.Read(sections[$"oracle {string.Concat(keep)}".TrimEnd()]));
        Assert.Equal(("", ""), (sections["before"], sections["after"]));

        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") await File.WriteAllTextAsync(RecordedReport.Path(name), RecordedReport.Text(report));
        var recorded = RecordedReport.Read(name);
        foreach (var (way, _) in Agreement.Ways) Assert.Equal(Opinion.Read(recorded, way), Opinion.Read(report, way));
    }

    private async Task<Dictionary<string, string>> RunGuest(string suite, string name, string lockdown)
    {
        var environment = new Dictionary<string, string> { ["KERNEL_ARGS"] = lockdown.Length == 0 ? "" : $"lockdown={lockdown}", ["KERNEL_TIMEOUT"] = "600" };
        var result = await Command.Run(Path.Join(Kit.Folder, "kernel"), ["run", suite, fixture.GuestRoot, "/bin/sh", "-c", Script, name], environment: environment);
        var sections = result.Output.Split("### ").Skip(1).Select(section => section.Split('\n', 2)).ToDictionary(section => section[0].Trim(), section => section[1].Trim());
        return sections.ContainsKey("end") ? sections : throw new InvalidOperationException($"{suite} {lockdown}: {result}");
    }
}
