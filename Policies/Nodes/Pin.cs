using System.Collections.Immutable;

namespace Coral.Policies.Nodes;

/// <summary>Whether a pod is pinned, and why not: the codes of <see cref="Pin.Reason"/>.</summary>
public static class PinReason
{
    /// <summary>The pod is to be kept on its best nodes.</summary>
    public const string Pinned = "pinned";

    /// <summary>All nodes where it may land are as good, or none of them is better.</summary>
    public const string NothingBetter = "nothing-better";

    /// <summary>There are better nodes, and fewer than the pod should be able to choose from.</summary>
    public const string TooFewNodes = "too-few-nodes";

    /// <summary>It names its node, by <c>nodeName</c> or as a DaemonSet's pod.</summary>
    public const string NamesItsNode = "names-its-node";
}

/// <summary>
/// What strategy pin makes of a pod. Nodes are chosen by the label <c>coral.io/ebpf</c>, so that new nodes of the same kind count, too; a label alone
/// proves nothing: every feasible node that has it must have a fresh report that proves as much, or the pod isn't pinned to it. Immutable.
/// </summary>
/// <param name="Floor">The floor over the pinned nodes; over all feasible ones when the pod isn't pinned.</param>
/// <param name="Reason">One of <see cref="PinReason"/>.</param>
public sealed record Pin(Floor Floor, string Reason)
{
    /// <summary>How many nodes there must be, where nobody says: one may be drained and the pod still has another.</summary>
    public const int FewestNodes = 2;

    internal static readonly ImmutableArray<string> Minimal = ["minimal"];

    /// <summary>What may be pinned to, the best first: the least privilege, then more nodes.</summary>
    internal static readonly ImmutableArray<(ImmutableArray<string> Labels, Func<Floor, bool> Proves)> Choices =
    [
        (Minimal, static floor => floor.ProvesMinimal),
        (["full", "minimal"], static floor => floor.ProvesFull),
        (["full"], static floor => floor.ProvesFull),
    ];

    /// <summary>The values of <c>coral.io/ebpf</c> among which the pod's required affinity has to ask for one; empty when it isn't pinned.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];
}
