using System.Collections.Immutable;

namespace Coral.Policies.Nodes;

/// <summary>What the nodes of an index have proved, as sets of nodes, so that the floor over a thousand of them is a few operations on words.</summary>
internal sealed class FloorTable
{
    private const int MostNames = 5;

    private readonly NodeNames names;
    private readonly ProofSets proved;

    /// <summary>Nodes sorted by name, and their proofs in the same order.</summary>
    public FloorTable(IReadOnlyList<NodeFacts> nodes, NodeProof[] proofs, int words)
    {
        names = new NodeNames(nodes, words);
        proved = new ProofSets(words);
        for (var node = 0; node < nodes.Count; node++) proved.Put(node, nodes[node], proofs[node]);
        (Count, NextExpiry) = (nodes.Count, proved.NextExpiry);
    }

    private FloorTable(FloorTable before, IReadOnlyList<NodeChange> changes)
    {
        names = before.names.With(changes);
        proved = new ProofSets(before.proved);
        Count = before.Count;
        foreach (var change in changes)
        {
            proved.Put(change.Place, change.After, change.Proof);
            Count += (change.After is null ? 0 : 1) - (change.Before is null ? 0 : 1);
        }

        NextExpiry = proved.NextExpiry;
    }

    public int Count { get; }

    public DateTimeOffset? NextExpiry { get; }

    /// <summary>The same after some nodes changed.</summary>
    public FloorTable With(IReadOnlyList<NodeChange> changes) => new(this, changes);

    public Floor Over(ReadOnlySpan<ulong> feasible)
    {
        var count = feasible.Count();
        if (count == 0) return new Floor { Reason = Count == 0 ? FloorReason.NoNodes : FloorReason.NoFeasibleNode };
        var provesMinimal = feasible.IsWithin(proved.Minimal);
        var provesFull = feasible.IsWithin(proved.Full);
        var provesSomething = feasible.IsWithin(proved.Something);
        var reason = provesMinimal ? FloorReason.ProvedMinimal
            : provesFull ? FloorReason.ProvedFull
            : provesSomething ? FloorReason.ProvedPrivilegedOnly
            : feasible.Meets(proved.Serverless) ? FloorReason.ServerlessNode
            : feasible.Meets(proved.Unreported) ? FloorReason.NoReport
            : feasible.Meets(proved.Stale) ? FloorReason.StaleReport
            : FloorReason.NothingProved;
        return new Floor
        {
            ProvesMinimal = provesMinimal,
            ProvesFull = provesFull,
            ProvesSomething = provesSomething,
            MemlockMayBeNeeded = !feasible.IsWithin(proved.MemlockNotNeeded),
            OldestKubelet = OldestKubelet(feasible),
            FeasibleCount = count,
            SetBy = SetBy(feasible, reason),
            Reason = reason,
            RuntimeSocket = CommonSocket(feasible),
        };
    }

    /// <summary>The floor of a pod that would have to name its node and doesn't: as if there were no report.</summary>
    public Floor WithoutReports(ReadOnlySpan<ulong> feasible)
    {
        var count = feasible.Count();
        return count == 0 ? Over(feasible) : new Floor
        {
            OldestKubelet = OldestKubelet(feasible),
            FeasibleCount = count,
            Reason = FloorReason.NoReport,
        };
    }

    private ImmutableArray<string> SetBy(ReadOnlySpan<ulong> feasible, string reason)
    {
        Span<ulong> holding = feasible.Length <= 256 ? stackalloc ulong[feasible.Length] : new ulong[feasible.Length];
        for (var word = 0; word < feasible.Length; word++) holding[word] = feasible[word] & Holding(reason, word);
        return names.First(holding, MostNames);
    }

    private ulong Holding(string reason, int word) => reason switch
    {
        FloorReason.ProvedMinimal => ulong.MaxValue,
        FloorReason.ProvedFull => ~proved.Minimal[word],
        FloorReason.ProvedPrivilegedOnly => ~(proved.Minimal[word] & proved.Full[word]),
        FloorReason.ServerlessNode => proved.Serverless[word],
        FloorReason.NoReport => proved.Unreported[word],
        FloorReason.StaleReport => proved.Stale[word],
        _ => ~proved.Something[word],
    };

    private KubernetesVersion? OldestKubelet(ReadOnlySpan<ulong> feasible)
    {
        foreach (var (version, nodes) in proved.Kubelets)
        {
            if (feasible.Meets(nodes)) return version;
        }

        return null;
    }

    private string? CommonSocket(ReadOnlySpan<ulong> feasible)
    {
        foreach (var (socket, nodes) in proved.Sockets)
        {
            if (feasible.IsWithin(nodes)) return socket;
        }

        return null;
    }
}
