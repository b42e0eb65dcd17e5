using System.Collections.Concurrent;
using Coral.Policies.PodSecurity;

namespace Coral.Policies.Tests.PodSecurity.Real;

/// <summary>
/// Which checks the API server was asked about, at every revision on both sides: pods that failed it, pods that passed it, and pods about which the revision before
/// says something else. A revision that is missing here has not been compared, whatever the number of pods.
/// </summary>
internal sealed class CheckCoverage
{
    /// <summary>The first policy version of each revision, from the reference.</summary>
    private static readonly (string Id, Level Level, int[] Revisions)[] Checks =
    [
        ("appArmorProfile", Level.Baseline, [0]), ("capabilities_baseline", Level.Baseline, [0]), ("hostNamespaces", Level.Baseline, [0]), ("hostPathVolumes", Level.Baseline, [0]),
        ("hostPorts", Level.Baseline, [0]), ("hostProbesAndHostLifecycle", Level.Baseline, [34]), ("privileged", Level.Baseline, [0]), ("procMount", Level.Baseline, [0, 35]),
        ("seLinuxOptions", Level.Baseline, [0, 31]), ("seccompProfile_baseline", Level.Baseline, [0, 19]), ("sysctls", Level.Baseline, [0, 27, 29, 32, 37]),
        ("windowsHostProcess", Level.Baseline, [0]), ("allowPrivilegeEscalation", Level.Restricted, [8, 25]), ("capabilities_restricted", Level.Restricted, [22, 25]),
        ("procMount_restricted", Level.Restricted, [35]), ("restrictedVolumes", Level.Restricted, [0]), ("runAsNonRoot", Level.Restricted, [0, 35]),
        ("runAsUser", Level.Restricted, [23, 35]), ("seccompProfile_restricted", Level.Restricted, [19, 25]),
    ];

    /// <summary>
    /// What no valid pod can show: from v1.35 procMount stands back in a user namespace, and outside of one the API server's validation already refuses Unmasked.
    /// </summary>
    private static readonly string[] OutOfReach = [Key("procMount", 35, "failed")];

    private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>What was not met; empty when all was. The server's own minor is the end: what comes after it can't be asked.</summary>
    public IReadOnlyList<string> Missing =>
    [
        .. from check in Checks
           from revision in check.Revisions
           where revision <= PluginAnswer.Server.Minor
           from side in revision == 0 ? new[] { "failed", "passed" } : ["failed", "passed", "changed"]
           let key = Key(check.Id, revision, side)
           where counts.GetValueOrDefault(key) == 0 && !OutOfReach.Contains(key)
           select key,
    ];

    /// <summary>Notes a pod that the API server has judged.</summary>
    public void Add(PodView pod, LevelVersion asked, Verdict verdict)
    {
        var minor = (int)asked.Version.Clamp(PluginAnswer.Server).Minor!;
        foreach (var check in Checks.Where(check => check.Level == asked.Level && check.Revisions[0] <= minor))
        {
            var revision = check.Revisions.Last(first => first <= minor);
            var failed = Find(verdict, check.Id);
            Count(check.Id, revision, failed is null ? "passed" : "failed");
            if (revision > 0 && failed != Find(PodSecurityEvaluator.Evaluate(pod, asked.Level, PolicyVersion.V1(revision - 1)), check.Id)) Count(check.Id, revision, "changed");
        }
    }

    public override string ToString() => string.Join(", ", counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Key} {count.Value}"));

    private static Violation? Find(Verdict verdict, string id) => verdict.Violations.SingleOrDefault(violation => violation.Check == id);

    private static string Key(string id, int revision, string side) => $"{id}_1_{revision} {side}";

    private void Count(string id, int revision, string side) => counts.AddOrUpdate(Key(id, revision, side), 1, (_, count) => count + 1);
}
