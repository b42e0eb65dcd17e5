using System.Collections.Immutable;
using Coral.Policies.Variants;

namespace Coral.Policies.Nodes;

/// <summary>Why a floor is where it is: the codes of <see cref="Floor.Reason"/>.</summary>
public static class FloorReason
{
    /// <summary>Every feasible node proved the required facts with exactly ebpf-minimal's capabilities.</summary>
    public const string ProvedMinimal = "proved-minimal";

    /// <summary>Every feasible node proved them with exactly ebpf-full's capabilities, and not every one with minimal's.</summary>
    public const string ProvedFull = "proved-full";

    /// <summary>Every feasible node proved something, but not one and the same variant's capabilities suffice on all.</summary>
    public const string ProvedPrivilegedOnly = "proved-privileged-only";

    /// <summary>No node is known.</summary>
    public const string NoNodes = "no-nodes";

    /// <summary>Nodes are known, and the pod can land on none of them.</summary>
    public const string NoFeasibleNode = "no-feasible-node";

    /// <summary>A feasible node has no report; or the strategy is exact and the pod names no node.</summary>
    public const string NoReport = "no-report";

    /// <summary>The report of a feasible node has expired, has no expiry in a cluster, or is of another boot of the node.</summary>
    public const string StaleReport = "stale-report";

    /// <summary>A feasible node has a report, and it proves no eBPF program.</summary>
    public const string NothingProved = "nothing-proved";

    /// <summary>A feasible node is virtual or serverless.</summary>
    public const string ServerlessNode = "serverless-node";
}

/// <summary>
/// The weakest of what the nodes where a pod may land have proved (row C-44): a thing is proved only if every feasible node proved it.
/// Immutable and thread safe.
/// </summary>
public sealed record Floor
{
    /// <summary>All required facts, with exactly ebpf-minimal's capabilities, on every feasible node.</summary>
    public bool ProvesMinimal { get; init; }

    /// <summary>All required facts, with exactly ebpf-full's capabilities, on every feasible node.</summary>
    public bool ProvesFull { get; init; }

    /// <summary>At least one eBPF program on every feasible node, be it only in a fully privileged process.</summary>
    public bool ProvesSomething { get; init; }

    /// <summary>Whether RLIMIT_MEMLOCK may stand in the way on any feasible node (rows C-7, C-16). True also when no node is feasible.</summary>
    public bool MemlockMayBeNeeded { get; init; } = true;

    /// <summary>The oldest known kubelet of the feasible nodes (row C-9), or null when none is known.</summary>
    public KubernetesVersion? OldestKubelet { get; init; }

    /// <summary>How many nodes are feasible.</summary>
    public int FeasibleCount { get; init; }

    /// <summary>Up to five feasible nodes, in the order of their names, that hold the floor where it is.</summary>
    public ImmutableArray<string> SetBy { get; init; } = [];

    /// <summary>One of <see cref="FloorReason"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>The container runtime's socket if all feasible nodes report the same one, else null.</summary>
    public string? RuntimeSocket { get; init; }

    /// <summary>Whether every feasible node proved what a variant needs.</summary>
    internal bool Proves(Requirement needed) => needed switch
    {
        Requirement.Nothing => true,
        Requirement.Minimal => ProvesMinimal,
        Requirement.Full => ProvesFull,
        _ => ProvesSomething,
    };

    /// <summary>The same over nodes that have no report.</summary>
    internal Floor WithoutReports() => FeasibleCount == 0 ? this : new Floor { OldestKubelet = OldestKubelet, FeasibleCount = FeasibleCount, Reason = FloorReason.NoReport };
}
