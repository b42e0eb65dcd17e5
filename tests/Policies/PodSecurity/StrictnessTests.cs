using System.Text.Json;
using Coral.Policies.PodSecurity;
using Coral.Testing.Pods;

namespace Coral.Policies.Tests.PodSecurity;

/// <summary>
/// From privileged over baseline to restricted, verdicts only get stricter, except where the reference has it otherwise: there a restricted check stands in for a baseline one,
/// which is no longer asked, and leaves something out. Each such gap is named here, and nothing else may be one.
/// </summary>
public sealed class StrictnessTests
{
    /// <summary>Baseline checks, and the restricted ones in their place with the first version that has it so.</summary>
    private static readonly Dictionary<string, (string By, int From)> Replaced = new(StringComparer.Ordinal)
    {
        ["capabilities_baseline"] = ("capabilities_restricted", 22),
        ["hostPathVolumes"] = ("restrictedVolumes", 0),
        ["procMount"] = ("procMount_restricted", 35),
        ["seccompProfile_baseline"] = ("seccompProfile_restricted", 19),
    };

    /// <summary>The reference's order: baseline ids by byte, then restricted ids by byte.</summary>
    private static readonly string[] Order =
    [
        "appArmorProfile", "capabilities_baseline", "hostNamespaces", "hostPathVolumes", "hostPorts", "hostProbesAndHostLifecycle", "privileged", "procMount", "seLinuxOptions",
        "seccompProfile_baseline", "sysctls", "windowsHostProcess", "allowPrivilegeEscalation", "capabilities_restricted", "procMount_restricted", "restrictedVolumes",
        "runAsNonRoot", "runAsUser", "seccompProfile_restricted",
    ];

    [Fact]
    public void What_baseline_refuses_restricted_refuses_by_the_same_check_or_by_the_one_in_its_place() => Dice.ForAllSeeds(seed =>
    {
        var view = new PodView(Parse(seed));
        for (var minor = 0; minor <= 37; minor++)
        {
            var version = PolicyVersion.V1(minor);
            Assert.True(PodSecurityEvaluator.Evaluate(view, Level.Privileged, version).Allowed);
            var restricted = Ids(view, Level.Restricted, version);
            foreach (var id in Ids(view, Level.Baseline, version).Except(restricted))
            {
                var (by, from) = Replaced[id];
                Assert.True(minor >= from, $"{id} at {version}");
                Assert.True(restricted.Contains(by) || IsGap(view, id, minor), $"{id} at {version}: {view.Pod}");
            }
        }
    });

    [Theory]
    [InlineData("capabilities_baseline", """{"os":{"name":"windows"},"containers":[{"name":"a","securityContext":{"allowPrivilegeEscalation":false,"runAsNonRoot":true,"capabilities":{"add":["SYS_ADMIN"]}}}]}""")]
    [InlineData("seccompProfile_baseline", """{"os":{"name":"windows"},"containers":[{"name":"a","securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"Unconfined"}}}]}""")]
    [InlineData("hostPathVolumes", $$"""{"containers":[{{Pods.Hardened}}],"volumes":[{"name":"v","hostPath":{"path":"/"},"emptyDir":{} }]}""")]
    public void The_gaps_of_the_reference_are_real(string check, string spec)
    {
        Assert.Equal([check], Pods.Judge(spec, Level.Baseline).Violations.Select(violation => violation.Check));
        Assert.True(Pods.Judge(spec, Level.Restricted).Allowed);
        Assert.True(IsGap(Pods.View(spec), check, 37));
    }

    [Fact]
    public void A_message_lists_checks_in_the_order_of_the_reference() => Dice.ForAllSeeds(seed =>
    {
        var view = new PodView(Parse(seed));
        foreach (var level in new[] { Level.Baseline, Level.Restricted })
        {
            foreach (var minor in new[] { 0, 8, 18, 19, 22, 24, 25, 34, 35, 37 })
            {
                var asked = new LevelVersion(level, PolicyVersion.V1(minor));
                var verdict = PodSecurityEvaluator.Evaluate(view, level, asked.Version);
                var ids = verdict.Violations.Select(violation => violation.Check).ToList();
                Assert.Equal(Order.Intersect(ids), ids);
                var at = 0;
                foreach (var violation in verdict.Violations)
                {
                    var detail = violation.Detail.Length > 0 ? $" ({violation.Detail})" : "";
                    at = verdict.WarningText(asked).IndexOf($" {violation.Reason}{detail}", at, StringComparison.Ordinal) + 1;
                    Assert.True(at > 0, $"{violation} in {verdict.WarningText(asked)}");
                }
            }
        }
    });

    /// <summary>
    /// From v1.25 the restricted checks of capabilities and seccomp leave Windows pods out, and the restricted check of volumes looks at the allowed kinds first.
    /// The API server's validation refuses such pods anyway: Linux fields on Windows, and volumes of two kinds.
    /// </summary>
    private static bool IsGap(PodView view, string id, int minor) => id switch
    {
        "capabilities_baseline" or "seccompProfile_baseline" => minor >= 25 && view.Spec.Get("os"u8).Text("name"u8) == "windows",
        "hostPathVolumes" => view.Spec.Items("volumes"u8).Any(volume => volume.Get("hostPath"u8).ValueKind == JsonValueKind.Object && volume.EnumerateObject().Count() > 2),
        _ => false,
    };

    private static List<string> Ids(PodView view, Level level, PolicyVersion version) =>
        [.. PodSecurityEvaluator.Evaluate(view, level, version).Violations.Select(violation => violation.Check)];

    /// <summary>Half of the pods are mangled, so that what validation refuses is met too.</summary>
    private static JsonElement Parse(int seed) => seed % 2 == 0
        ? PodGenerator.Generate(seed, Dice.Everything)
        : JsonElement.Parse(JsonMangler.Mangle(PodGenerator.GenerateNode(seed, Dice.Everything), new Random(seed)));
}
