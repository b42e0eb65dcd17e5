using Coral.Policies;
using Coral.Policies.PodSecurity;

namespace Coral.Cli.Explain.Live;

/// <summary>One thing that is otherwise than when the pod was created.</summary>
/// <param name="Code"><c>opt-in</c>, <c>rollout</c>, <c>policy</c>, <c>level</c>, <c>nodes</c>, <c>mode</c>, <c>template</c>, <c>not-recorded</c> or <c>other</c>.</param>
/// <param name="Then">What it was, or null where that is not recorded.</param>
/// <param name="Now">What it is, or null.</param>
/// <param name="Text">A sentence.</param>
internal sealed record Cause(string Code, string? Then, string? Now, string Text)
{
    private static readonly string[] FloorReasons =
    [
        Reasons.ProvedMinimal, Reasons.ProvedFull, Reasons.ProvedPrivilegedOnly, Reasons.NothingProved, Reasons.NoReport, Reasons.StaleReport,
        Reasons.NoNodes, Reasons.NoFeasibleNode, Reasons.ServerlessNode,
    ];

    private static readonly string[] ModeReasons = [Reasons.ModeRequested, Reasons.ModeGranted, Reasons.InvalidMode];

    /// <summary>Why a pod without our sidecar would get one.</summary>
    internal static Cause OfMissing(PodStatus? then) => then is null
        ? new("not-recorded", null, null, $"the pod has no {Vocabulary.Status}: it was skipped, or created before its namespace opted in, or while no webhook answered")
        : new("rollout", "annotate", "inject", "the rollout was at annotate, which writes the status only");

    /// <summary>Why a pod with our sidecar would get none.</summary>
    internal static Cause OfSurplus(Decision now) => now.Reason switch
    {
        Reasons.NotOptedIn or Reasons.OptedOut or Reasons.InvalidInjectValue => new("opt-in", "true", null, $"it is no longer opted in: {Reasons.All[now.Reason]}"),
        Reasons.RolloutObserve => new("rollout", "inject", "observe", "the rollout is at observe now"),
        Reasons.RolloutAnnotate => new("rollout", "inject", "annotate", "the rollout is at annotate now"),
        Reasons.ExcludedNamespace => new("policy", null, null, "a policy excludes the namespace now"),
        var reason => new("other", null, reason, Reasons.All[reason]),
    };

    /// <summary>Why it would be another sidecar: all that the status tells to be otherwise; never empty.</summary>
    internal static IReadOnlyList<Cause> OfChange(PodStatus then, Decision now)
    {
        var causes = new List<Cause>();
        if (then.Policy != now.Policy) causes.Add(new("policy", then.Policy, now.Policy, $"{Name(then.Policy)} applied, now {Name(now.Policy)} does"));
        var level = now.Level?.Level.ToText();
        if (LevelOf(then) is { } enforced && level is not null && enforced != level) causes.Add(new("level", enforced, level, $"the Pod Security level was {enforced} and is {level}"));
        if (FloorReasons.Contains(then.Reason) && now.Floor is { } floor && floor.Reason != then.Reason)
            causes.Add(new("nodes", then.Reason, floor.Reason, $"the nodes where it may land changed: then {Reasons.All[then.Reason!]}; now {Reasons.All[floor.Reason]}"));
        if (ModeReasons.Contains(then.Reason) != ModeReasons.Contains(now.Reason)) causes.Add(new("mode", then.Reason, now.Reason, $"{Vocabulary.Mode} counted {(ModeReasons.Contains(then.Reason) ? "then" : "not")}, and {(ModeReasons.Contains(now.Reason) ? "now it does" : "not now")}"));
        if (then.Variant == now.Variant && then.Form != now.Form?.ToCode()) causes.Add(new("nodes", then.Form, now.Form?.ToCode(), $"its form was {then.Form} and is {now.Form?.ToCode()}: the kubelets, the API server or the policy's nativeSidecar changed"));
        if (causes.Count > 0) return causes;
        return then.Variant == now.Variant
            ? [new("template", then.Template, now.Template, $"the sidecar of {then.Variant} is made otherwise: a policy's settings, the pod's resources or the version of Coral changed")]
            : [new("other", then.Reason, now.Reason, "nothing that the status tells has changed: the policy itself, the mode, quotas or limits did; the audit document has the facts of then")];
    }

    /// <summary>What the reason or the variant leaves no doubt about.</summary>
    private static string? LevelOf(PodStatus then) => then.Reason switch
    {
        Reasons.LevelBaseline => "baseline",
        Reasons.LevelRestricted => "restricted",
        _ when FloorReasons.Contains(then.Reason) || then.Variant is "ebpf-minimal" or "ebpf-full" or "ebpf-privileged" => "privileged",
        _ => null,
    };

    private static string Name(string? policy) => policy is null ? "no policy" : $"policy {policy}";
}
