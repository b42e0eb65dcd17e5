using Coral.Testing;
using Coral.Testing.Kit;

namespace Coral.Audit.Tests.Real;

/// <summary>The alert rules, judged by Prometheus' own tool.</summary>
public sealed class RealPromtoolTests
{
    [KitFact]
    public async Task The_alert_rules_are_valid_and_fire_on_what_they_are_for_and_on_nothing_else()
    {
        var promtool = Path.Join(await Kit.Bin("promtool"), "promtool");
        var folder = Path.Join(Repository.Root, "manifests", "alerts");
        var check = await Command.Run(promtool, ["check", "rules", "--lint-fatal", Path.Join(folder, "coral.yaml")]);
        Assert.True(check.ExitCode == 0, check.ToString());
        var test = await Command.Run(promtool, ["test", "rules", Path.Join(folder, "coral.test.yaml")]);
        Assert.True(test.ExitCode == 0, test.ToString());
    }
}
