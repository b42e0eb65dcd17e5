using System.Linq.Expressions;

namespace Coral.Policies.Selection;

/// <summary>Fact: a reason why a pod is never touched, whatever the labels say. Of several the lowest rank counts.</summary>
internal sealed record Guard(string Reason, int Rank);

/// <summary>Step 1: pods that are never touched.</summary>
internal static class GuardRules
{
    internal static RuleList AddTo(RuleList rules) =>
        rules.Add<NotPodCreate>().Add<MirrorPod>().Add<ExcludedNamespace>().Add<Windows>().Add<HostNetwork>().Add<HostPid>().Add<HostIpc>().Add<GuardEnds>();

    [Name("guard-not-pod-create")]
    internal sealed class NotPodCreate : Rule
    {
        public override void Define()
        {
            Applicant pod = null!;
            When().Match(() => pod, p => !p.IsPodCreate);
            Then().Yield(_ => new Against(pod, Outcome.Skipped, Reasons.NotPodCreate, 0));
        }
    }

    [Name("guard-mirror-pod")]
    internal sealed class MirrorPod : Rule
    {
        public override void Define()
        {
            Applicant pod = null!;
            When().Match(() => pod, p => p.IsPodCreate, p => p.IsMirror);
            Then().Yield(_ => new Against(pod, Outcome.Skipped, Reasons.MirrorPod, 1));
        }
    }

    [Name("guard-excluded-namespace")]
    internal sealed class ExcludedNamespace() : GuardRule(p => p.IsExcluded, Reasons.ExcludedNamespace, 0);

    [Name("guard-windows")]
    internal sealed class Windows() : GuardRule(p => p.IsWindows, Reasons.Windows, 1);

    [Name("guard-host-network")]
    internal sealed class HostNetwork() : GuardRule(p => p.HostNetwork, Reasons.HostNetwork, 2);

    [Name("guard-host-pid")]
    internal sealed class HostPid() : GuardRule(p => p.HostPid, Reasons.HostPid, 3);

    [Name("guard-host-ipc")]
    internal sealed class HostIpc() : GuardRule(p => p.HostIpc, Reasons.HostIpc, 4);

    internal abstract class GuardRule(Expression<Func<Applicant, bool>> holds, string reason, int rank) : Rule
    {
        public override void Define()
        {
            Applicant pod = null!;
            When().Match(() => pod, p => p.IsPodCreate, holds);
            Then().Yield(_ => new Guard(reason, rank));
        }
    }

    /// <summary>Whoever did not opt in needs no explanation why nothing happened: that goes before a guard.</summary>
    [Name("guard-ends")]
    [Priority(Stage.Guarded)]
    internal sealed class GuardEnds : Rule
    {
        public override void Define()
        {
            Applicant pod = null!;
            Guard guard = null!;
            When()
                .Match(() => pod)
                .Match(() => guard)
                .Not<Guard>(other => other.Rank < guard.Rank);
            Then().Yield(_ => new Against(pod, Outcome.Skipped, guard.Reason, 4));
        }
    }
}
