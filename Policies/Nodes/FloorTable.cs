using System.Collections.Immutable;
using System.Numerics;

namespace Coral.Policies.Nodes;

/// <summary>What the nodes of an index have proved, as sets of nodes, so that the floor over a thousand of them is a few operations on words.</summary>
internal sealed class FloorTable
{
    private const int MostNames = 5;

    private readonly string[] names;
    private readonly ulong[] minimal;
    private readonly ulong[] full;
    private readonly ulong[] something;
    private readonly ulong[] memlockNotNeeded;
    private readonly ulong[] unreported;
    private readonly ulong[] stale;
    private readonly ulong[] serverless;
    private readonly (KubernetesVersion Version, ulong[] Nodes)[] kubelets;
    private readonly (string Socket, ulong[] Nodes)[] sockets;

    /// <summary>Nodes and proofs in the same order.</summary>
    public FloorTable(IReadOnlyList<NodeFacts> nodes, NodeProof[] proofs)
    {
        names = [.. nodes.Select(node => node.Name)];
        minimal = Where(proofs, proof => proof.Minimal);
        full = Where(proofs, proof => proof.Full);
        something = Where(proofs, proof => proof.Something);
        memlockNotNeeded = Where(proofs, proof => proof.MemlockNotNeeded);
        unreported = Where(proofs, proof => proof.Source == ProofSource.NoReport);
        stale = Where(proofs, proof => proof.Source == ProofSource.StaleReport);
        serverless = Where(proofs, proof => proof.Source == ProofSource.Serverless);
        var versions = nodes.Select((node, index) => node.Kubelet ?? proofs[index].Kubelet).ToArray();
        kubelets = [.. versions.OfType<KubernetesVersion>().Distinct().Order().Select(version => (version, Where(versions, other => other == version)))];
        sockets = [.. proofs.Select(proof => proof.RuntimeSocket).OfType<string>().Distinct(StringComparer.Ordinal)
            .Select(socket => (socket, Where(proofs, proof => proof.RuntimeSocket == socket)))];
    }

    public Floor Over(ReadOnlySpan<ulong> feasible)
    {
        var count = feasible.Count();
        if (count == 0) return new Floor { Reason = names.Length == 0 ? FloorReason.NoNodes : FloorReason.NoFeasibleNode };
        var provesMinimal = feasible.IsWithin(minimal);
        var provesFull = feasible.IsWithin(full);
        var provesSomething = feasible.IsWithin(something);
        var reason = provesMinimal ? FloorReason.ProvedMinimal
            : provesFull ? FloorReason.ProvedFull
            : provesSomething ? FloorReason.ProvedPrivilegedOnly
            : feasible.Meets(serverless) ? FloorReason.ServerlessNode
            : feasible.Meets(unreported) ? FloorReason.NoReport
            : feasible.Meets(stale) ? FloorReason.StaleReport
            : FloorReason.NothingProved;
        return new Floor
        {
            ProvesMinimal = provesMinimal,
            ProvesFull = provesFull,
            ProvesSomething = provesSomething,
            MemlockMayBeNeeded = !feasible.IsWithin(memlockNotNeeded),
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
        var found = ImmutableArray.CreateBuilder<string>(MostNames);
        for (var word = 0; word < feasible.Length; word++)
        {
            var bits = feasible[word] & Holding(reason, word);
            for (; bits != 0; bits &= bits - 1)
            {
                found.Add(names[(word * 64) + BitOperations.TrailingZeroCount(bits)]);
                if (found.Count == MostNames) return found.MoveToImmutable();
            }
        }

        return found.DrainToImmutable();
    }

    private ulong Holding(string reason, int word) => reason switch
    {
        FloorReason.ProvedMinimal => ulong.MaxValue,
        FloorReason.ProvedFull => ~minimal[word],
        FloorReason.ProvedPrivilegedOnly => ~(minimal[word] & full[word]),
        FloorReason.ServerlessNode => serverless[word],
        FloorReason.NoReport => unreported[word],
        FloorReason.StaleReport => stale[word],
        _ => ~something[word],
    };

    private KubernetesVersion? OldestKubelet(ReadOnlySpan<ulong> feasible)
    {
        foreach (var (version, nodes) in kubelets)
        {
            if (feasible.Meets(nodes)) return version;
        }

        return null;
    }

    private string? CommonSocket(ReadOnlySpan<ulong> feasible)
    {
        foreach (var (socket, nodes) in sockets)
        {
            if (feasible.IsWithin(nodes)) return socket;
        }

        return null;
    }

    private static ulong[] Where<T>(T[] items, Func<T, bool> holds)
    {
        var bits = new ulong[NodeBits.Words(items.Length)];
        for (var node = 0; node < items.Length; node++)
        {
            if (holds(items[node])) bits.AsSpan().Add(node);
        }

        return bits;
    }
}
