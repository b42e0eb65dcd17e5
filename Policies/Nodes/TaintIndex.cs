using System.Text;
using System.Text.Json;

namespace Coral.Policies.Nodes;

/// <summary>The different taints of a cluster that can exclude a pod, each with its nodes. A cordoned node carries the scheduler's own taint.</summary>
internal sealed class TaintIndex
{
    private readonly Entry[] entries;

    public TaintIndex(IReadOnlyList<NodeFacts> nodes, int words)
    {
        var lists = new Dictionary<Taint, List<int>>();
        for (var node = 0; node < nodes.Count; node++)
        {
            foreach (var taint in Excluding(nodes[node]))
            {
                if (!lists.TryGetValue(taint, out var list)) lists[taint] = list = [];
                list.Add(node);
            }
        }

        entries = [.. lists.Select(pair => new Entry(pair.Key, new NodeSet(pair.Value, words)))];
    }

    private TaintIndex(Entry[] entries) => this.entries = entries;

    /// <summary>The index after some nodes changed. Taints that none of them gained or lost are shared.</summary>
    public TaintIndex With(IReadOnlyList<NodeChange> changes, int words)
    {
        var next = entries.ToList();
        foreach (var (place, before, after, _) in changes)
        {
            var (then, now) = (Excluding(before), Excluding(after));
            foreach (var taint in then.Except(now)) Put(taint, nodes => nodes.Without(place));
            foreach (var taint in now.Except(then)) Put(taint, nodes => nodes.With(place, words));
        }

        return new TaintIndex([.. next]);

        void Put(Taint taint, Func<NodeSet, NodeSet> change)
        {
            var at = next.FindIndex(entry => entry.Taint == taint);
            var nodes = change(at < 0 ? default : next[at].Nodes);
            if (at < 0) next.Add(new Entry(taint, nodes));
            else if (nodes.IsEmpty) next.RemoveAt(at);
            else next[at] = new Entry(taint, nodes);
        }
    }

    /// <summary>How many different taints there are: the length that <see cref="Tolerate"/> needs.</summary>
    public int Count => entries.Length;

    /// <summary>Marks the taints that any of the tolerations tolerates. False when there is none.</summary>
    public bool Tolerate(JsonElement tolerations, Span<bool> tolerated)
    {
        if (tolerations.ValueKind != JsonValueKind.Array) return false;
        var any = false;
        foreach (var item in tolerations.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object) continue;
            var toleration = new Toleration(item);
            for (var entry = 0; entry < entries.Length; entry++)
            {
                if (!toleration.Tolerates(entries[entry])) continue;
                tolerated[entry] = true;
                any = true;
            }
        }

        return any;
    }

    /// <summary>Takes away the nodes with a taint that isn't tolerated. A pod that names its node has passed the scheduler by: the kubelet looks at NoExecute only.</summary>
    public void Exclude(ReadOnlySpan<bool> tolerated, bool byKubelet, Span<ulong> nodes)
    {
        for (var entry = 0; entry < entries.Length; entry++)
        {
            if (tolerated[entry] || (byKubelet && entries[entry].Taint.Effect != TaintEffect.NoExecute)) continue;
            entries[entry].Nodes.RemoveFrom(nodes);
        }
    }

    /// <summary>Those of a node that can keep a pod away, each once.</summary>
    private static HashSet<Taint> Excluding(NodeFacts? node)
    {
        var taints = node?.Taints.Where(taint => taint.Effect != TaintEffect.PreferNoSchedule).ToHashSet() ?? [];
        if (node?.Unschedulable == true) taints.Add(Taint.Unschedulable);
        return taints;
    }

    internal sealed class Entry(Taint taint, NodeSet nodes)
    {
        public Taint Taint => taint;

        public NodeSet Nodes => nodes;

        public byte[] Key { get; } = Encoding.UTF8.GetBytes(taint.Key);

        public byte[] Value { get; } = Encoding.UTF8.GetBytes(taint.Value);

        public byte[] Effect { get; } = Encoding.UTF8.GetBytes(taint.Effect.ToString());
    }
}
