using System.Collections.Immutable;

namespace Coral.Policies.PodSecurity;

/// <summary>
/// The Pod Security Standards as the API server's PodSecurity plug-in applies them to a pod (k8s.io/pod-security-admission, v1.0 to v1.37),
/// with what the server's own defaulting adds before that plug-in looks. Pure and thread safe.
/// Whether a request comes to be judged at all, and in which modes, says <see cref="Admission.PodSecurityAdmission"/>.
/// The alpha gate UserNamespacesPodSecurityStandards of servers 1.29 to 1.34 (off by default) is taken as off.
/// </summary>
public static class PodSecurityEvaluator
{
    /// <summary>
    /// Judges a pod. A version newer than the newest known counts as that one; in a cluster, pass <see cref="PolicyVersion.Clamp"/> of the server's version.
    /// Never throws, whatever the JSON: a member of another kind than the API's counts as absent. Allocates nothing when the pod is allowed.
    /// </summary>
    public static Verdict Evaluate(in PodView pod, Level level, PolicyVersion version, PodForm form = PodForm.New)
    {
        var checks = CheckTable.InForce(level, version);
        if (checks.Length == 0) return Verdict.Allow;
        var onStack = default(ContainerList.Buffer);
        var containers = new ContainerList(onStack);
        try
        {
            containers.Read(pod);
            return Run(checks, new PodFacts(pod, containers.Items, form));
        }
        finally
        {
            containers.Dispose();
        }
    }

    private static Verdict Run(CheckFunction[] checks, in PodFacts facts)
    {
        ImmutableArray<Violation>.Builder? violations = null;
        foreach (var check in checks)
        {
            if (check(facts) is { } violation) (violations ??= ImmutableArray.CreateBuilder<Violation>()).Add(violation);
        }

        return violations is null ? Verdict.Allow : new Verdict(violations.ToImmutable());
    }
}
