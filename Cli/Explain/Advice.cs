using Coral.Policies;
using Coral.Policies.PodSecurity;
using Coral.Policies.Variants;

namespace Coral.Cli.Explain;

/// <summary>What the decision matrix (rows K-94 to K-100) says to somebody with this decision. <see cref="Row"/> is null where it recommends nothing.</summary>
internal sealed record Advice(MatrixRow? Row, string Because)
{
    /// <summary>Null where there is nothing to advise: the pod did not ask for the sidecar, or has it.</summary>
    internal static Advice? For(Decision decision) => decision.Reason switch
    {
        Reasons.NotPodCreate or Reasons.MirrorPod or Reasons.Windows or Reasons.ExcludedNamespace or Reasons.NotOptedIn or Reasons.OptedOut or Reasons.InvalidInjectValue
            or Reasons.AlreadyInjected => null,
        Reasons.HostNetwork or Reasons.HostPid or Reasons.HostIpc => Of("K-94", "a pod in the node's own namespaces is seen by the node agent, without a sidecar"),
        Reasons.ServerlessNode => new Advice(null, "no node agent runs on a virtual or serverless node, so the sidecar without eBPF is all there is"),
        Reasons.SandboxedRuntime or Reasons.UserNamespace => Of("K-98", "the pod is isolated from the node's kernel, and the variant without eBPF keeps it so"),
        _ => Asked(decision) ?? Chosen(decision),
    };

    /// <summary>A mode asked for eBPF and did not get what it asked for.</summary>
    private static Advice? Asked(Decision decision)
    {
        if (decision.Mode is not ("ebpf-minimal" or "ebpf-full" or "ebpf-privileged") || decision.Mode == decision.Variant) return null;
        return decision.Reason == Reasons.ModeNotGranted
            ? Of("K-99", $"no policy grants {decision.Mode}; the node agent sees as much without raising the pod")
            : Of("K-94", $"{decision.Mode} is not possible here; the node agent's collectors serve the pod without any privilege of its own");
    }

    private static Advice? Chosen(Decision decision) => decision.Variant switch
    {
        "ebpf-minimal" => Of("K-96", "the nodes proved eBPF with the least capabilities"),
        "ebpf-full" => Of("K-97", "the nodes proved eBPF with SYS_ADMIN only; the node agent needs nothing of the pod"),
        "ebpf-privileged" => Of("K-100", "a privileged container is one for a while"),
        null => Of("K-94", "the node agent observes the pod without changing it"),
        _ when decision.Level is { Level: Level.Baseline or Level.Restricted } level => Of("K-95", $"{level.Level.ToText()} admits no eBPF in a pod; what it lacks comes from the node agent"),
        _ when decision.Mode == "restricted" => Of("K-98", "the mode asks for no privilege at all"),
        _ when decision.Floor is { ProvesSomething: true, ProvesMinimal: false, ProvesFull: false } => Of("K-99", "the nodes allow eBPF to a fully privileged process only, which the node agent is"),
        _ => Of("K-94", "a node agent gives this pod eBPF data, and its reports let later pods have eBPF themselves"),
    };

    private static Advice Of(string row, string because) => new(DecisionMatrix.Row(row), because);
}
