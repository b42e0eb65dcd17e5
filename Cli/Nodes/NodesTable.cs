using Coral.Cli.Output;
using Coral.Policies;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;

namespace Coral.Cli.Nodes;

/// <summary>Nodes as rows, and under them the floor of a pod that may land on any of them.</summary>
internal static class NodesTable
{
    private static readonly string[] Header = ["Node", "Tier", "Report", "Reason", "Why"];
    private static readonly string[] WideHeader = ["Node", "Tier", "Report", "Reason", "Label", "Kernel", "Arch", "Lockdown", "Memlock", "Runtime", "Kubelet", "Keeps away", "Why"];

    internal static void Write(Terminal terminal, List<NodeStanding> nodes, NodeIndex index, bool wide)
    {
        Tables.Write(terminal, wide ? WideHeader : Header, nodes.Select(node => wide ? Wide(node) : Narrow(node)), wraps: ["Node", "Keeps away", "Why"]);
        var floor = index.FloorFor(default, default, Strategy.Common);
        var by = floor.SetBy.IsEmpty || floor.ProvesMinimal ? "" : $", because of {string.Join(", ", floor.SetBy)}";
        terminal.Out.WriteLine();
        terminal.Out.WriteLine($"A pod without constraints may land on {floor.FeasibleCount} of {nodes.Count} nodes: {floor.Reason}{by}");
    }

    private static string[] Narrow(NodeStanding node) => [node.Name, node.Tier, node.Freshness, node.Reason, node.Why];

    private static string[] Wide(NodeStanding node) =>
    [
        node.Name,
        node.Tier,
        node.Freshness,
        node.Reason,
        node.Node?.Labels.GetValueOrDefault(Vocabulary.NodeEbpf) ?? "-",
        node.Report?.Release ?? "-",
        node.Node?.Architecture ?? node.Report?.Arch ?? "-",
        node.Report?.Lockdown ?? "-",
        Memlock(node.Report),
        node.Node?.ContainerRuntimeVersion ?? node.Report?.Runtime ?? "-",
        node.Node?.KubeletVersion ?? node.Report?.Kubelet?.ToString() ?? "-",
        KeepsAway(node.Node) is { Length: > 0 } taints ? taints : "-",
        node.Why,
    ];

    internal static string Memlock(NodeReport? report) => report?.Memlock switch
    {
        MemlockState.NotNeeded => "not-needed",
        MemlockState.Needed => "needed",
        MemlockState.Unknown => "unknown",
        _ => "-",
    };

    /// <summary>What pods must tolerate to land there.</summary>
    internal static string KeepsAway(NodeFacts? node)
    {
        var taints = node?.Taints.Where(taint => taint.Effect != TaintEffect.PreferNoSchedule).Select(taint => $"{taint.Key}{(taint.Value.Length > 0 ? "=" : "")}{taint.Value}:{taint.Effect}") ?? [];
        return string.Join(", ", node?.Unschedulable == true ? taints.Prepend("cordoned") : taints);
    }
}
