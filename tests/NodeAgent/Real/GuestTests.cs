using System.Text.Json;
using Coral.Policies.Bundles;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>The published agent under other kernels, each with and without lockdown, beside the independent check in the same guest.</summary>
[Collection(GuestCollection.Name)]
public sealed class GuestTests(AgentFixture fixture)
{
    [AgentTheory]
    [InlineData("bookworm", "")]
    [InlineData("bookworm", "integrity")]
    [InlineData("bookworm", "confidentiality")]
    [InlineData("trixie", "")]
    [InlineData("trixie", "integrity")]
    [InlineData("trixie", "confidentiality")]
    [InlineData("sid", "")]
    [InlineData("sid", "integrity")]
    [InlineData("sid", "confidentiality")]
    public async Task The_probe_agrees_with_an_independent_check_leaves_nothing_and_finds_what_was_recorded(string suite, string lockdown)
    {
        var sections = (await fixture.Run(suite, lockdown)).Sections;
        var name = Guest.Name(suite, lockdown);
        var report = JsonDocument.Parse(sections["report"]).RootElement;

        Assert.Empty(NodeCapabilityValidator.Validate(report));
        Assert.Equal(lockdown.Length == 0 ? "none" : lockdown, report.GetProperty("system").GetProperty("lockdown").GetString());
        foreach (var (way, keep) in Agreement.Ways) Agreement.Check(name, report, way, Opinion.Read(sections[$"oracle {string.Concat(keep)}".TrimEnd()]));
        Assert.Equal(("", ""), (sections["before"], sections["after"]));

        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") await File.WriteAllTextAsync(RecordedReport.Path(name), RecordedReport.Text(report));
        var recorded = RecordedReport.Read(name);
        foreach (var (way, _) in Agreement.Ways) Assert.Equal(Opinion.Read(recorded, way), Opinion.Read(report, way));
    }
}
