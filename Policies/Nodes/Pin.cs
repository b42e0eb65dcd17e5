using System.Collections.Immutable;
using Coral.Policies.Variants;

namespace Coral.Policies.Nodes;

/// <summary>Whether a pod is pinned, and why not: the codes of <see cref="Pin.Reason"/>.</summary>
public static class PinReason
{
    /// <summary>The pod is kept on its best nodes.</summary>
    public const string Pinned = "pinned";

    /// <summary>There are better nodes, and what the pod gets does not need them.</summary>
    public const string NotNeeded = "not-needed";

    /// <summary>All nodes where it may land are as good, or none of them is better.</summary>
    public const string NothingBetter = "nothing-better";

    /// <summary>There are better nodes, and fewer than the pod should be able to choose from.</summary>
    public const string TooFewNodes = "too-few-nodes";

    /// <summary>It names its node, by <c>nodeName</c> or as a DaemonSet's pod.</summary>
    public const string NamesItsNode = "names-its-node";

    /// <summary>It asks for something that only some nodes have and that is not looked at (<see cref="OtherDemands"/>), so that it might find no room.</summary>
    public const string OtherDemands = "other-demands";
}

/// <summary>What strategy pin made of a pod. Immutable.</summary>
/// <param name="Reason">One of <see cref="PinReason"/>.</param>
public sealed record Pin(string Reason)
{
    /// <summary>How many nodes there must be, where nobody says: one may be drained and the pod still has another.</summary>
    public const int FewestNodes = 2;

    /// <summary>The values of <c>coral.io/ebpf</c> among which the pod's required affinity asks for one; empty when it isn't pinned.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];
}

/// <summary>
/// Nodes that prove more than all nodes where a pod may land do together. They are chosen by the label <c>coral.io/ebpf</c>, so that new nodes of the same kind
/// count, too; a label alone proves nothing: every feasible node that has it must have a fresh report that proves as much. Immutable.
/// </summary>
/// <param name="Labels">Values of the label.</param>
/// <param name="Floor">The floor over them.</param>
public sealed record PinTarget(ImmutableArray<string> Labels, Floor Floor)
{
    /// <summary>What is looked at: the least privilege first, then more nodes.</summary>
    internal static readonly ImmutableArray<ImmutableArray<string>> Choices = [["minimal"], ["full", "minimal"], ["full"]];

    internal bool IsBetterThan(Floor common) => (Floor.ProvesMinimal && !common.ProvesMinimal) || (Floor.ProvesFull && !common.ProvesFull);
}

/// <summary>Where a pod may be pinned to. Immutable.</summary>
/// <param name="Against">Why nowhere, one of <see cref="PinReason"/>; null where it may be.</param>
/// <param name="Targets">The choices, each with enough nodes.</param>
public sealed record PinOffer(string? Against, ImmutableArray<PinTarget> Targets)
{
    /// <summary>The most nodes that prove what is needed; null where none do.</summary>
    public PinTarget? For(Requirement needed)
    {
        PinTarget? best = null;
        foreach (var target in Targets)
        {
            if (target.Floor.Proves(needed) && target.Floor.FeasibleCount > (best?.Floor.FeasibleCount ?? 0)) best = target;
        }

        return best;
    }

    internal static PinOffer Of(in Placement pod, bool otherDemands, ImmutableArray<PinTarget> targets, int fewest)
    {
        if (pod.NamesItsNode) return new PinOffer(PinReason.NamesItsNode, []);
        if (targets.IsEmpty) return new PinOffer(PinReason.NothingBetter, []);
        if (otherDemands) return new PinOffer(PinReason.OtherDemands, []);
        ImmutableArray<PinTarget> many = [.. targets.Where(target => target.Floor.FeasibleCount >= fewest)];
        return new PinOffer(many.IsEmpty ? PinReason.TooFewNodes : null, many);
    }
}
