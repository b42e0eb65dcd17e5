namespace Coral.Policies.Nodes;

/// <summary>What nodes have proved, as one set of nodes for each thing. Written to while it is made, by one thread; then only read.</summary>
internal sealed class ProofSets
{
    private readonly ulong[][] facts;
    private readonly long[] expiries;

    public ProofSets(int words)
    {
        facts = [.. Enumerable.Range(0, 7).Select(_ => new ulong[words])];
        expiries = new long[words * 64];
        expiries.AsSpan().Fill(long.MaxValue);
        Kubelets = [];
        Sockets = new Dictionary<string, ulong[]>(StringComparer.Ordinal);
    }

    /// <summary>A copy to change. Versions and sockets that no node has any more are left behind.</summary>
    public ProofSets(ProofSets other)
    {
        facts = Array.ConvertAll(other.facts, Copy);
        expiries = other.expiries.AsSpan().ToArray();
        Kubelets = new SortedList<KubernetesVersion, ulong[]>(other.Kubelets.Where(Used).ToDictionary(pair => pair.Key, pair => Copy(pair.Value)));
        Sockets = other.Sockets.Where(Used).ToDictionary(pair => pair.Key, pair => Copy(pair.Value), StringComparer.Ordinal);
    }

    public ulong[] Minimal => facts[0];

    public ulong[] Full => facts[1];

    public ulong[] Something => facts[2];

    public ulong[] MemlockNotNeeded => facts[3];

    public ulong[] Unreported => facts[4];

    public ulong[] Stale => facts[5];

    public ulong[] Serverless => facts[6];

    /// <summary>The oldest first.</summary>
    public SortedList<KubernetesVersion, ulong[]> Kubelets { get; }

    public Dictionary<string, ulong[]> Sockets { get; }

    /// <summary>When the next report expires, or null.</summary>
    public DateTimeOffset? NextExpiry
    {
        get
        {
            var next = long.MaxValue;
            foreach (var expiry in expiries) next = Math.Min(next, expiry);
            return next < long.MaxValue ? new DateTimeOffset(next, TimeSpan.Zero) : null;
        }
    }

    /// <summary>Writes what is known of one node; null takes the node away.</summary>
    public void Put(int place, NodeFacts? node, NodeProof proof)
    {
        foreach (var set in facts.Concat(Kubelets.Values).Concat(Sockets.Values)) set.AsSpan().Remove(place);
        expiries[place] = node is not null && proof.Expiry is { } expiry ? expiry.UtcTicks : long.MaxValue;
        if (node is null) return;
        Set(Minimal, proof.Minimal);
        Set(Full, proof.Full);
        Set(Something, proof.Something);
        Set(MemlockNotNeeded, proof.MemlockNotNeeded);
        Set(Unreported, proof.Source == ProofSource.NoReport);
        Set(Stale, proof.Source == ProofSource.StaleReport);
        Set(Serverless, proof.Source == ProofSource.Serverless);
        if ((node.Kubelet ?? proof.Kubelet) is { } version) Set(Of(Kubelets, version), true);
        if (proof.RuntimeSocket is { } socket) Set(Of(Sockets, socket), true);

        void Set(ulong[] nodes, bool holds)
        {
            if (holds) nodes.AsSpan().Add(place);
        }
    }

    private ulong[] Of<T>(IDictionary<T, ulong[]> sets, T key)
    {
        if (!sets.TryGetValue(key, out var set)) sets[key] = set = new ulong[Minimal.Length];
        return set;
    }

    private static bool Used<T>(KeyValuePair<T, ulong[]> set) => set.Value.AsSpan().ContainsAnyExcept(0UL);

    private static ulong[] Copy(ulong[] bits) => bits.AsSpan().ToArray();
}
