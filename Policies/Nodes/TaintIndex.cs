using System.Text;
using System.Text.Json;

namespace Coral.Policies.Nodes;

/// <summary>The different taints of a cluster that can exclude a pod, each with its nodes. A cordoned node carries the scheduler's own taint.</summary>
internal sealed class TaintIndex
{
    private readonly Entry[] entries;

    public TaintIndex(IReadOnlyList<NodeFacts> nodes)
    {
        var lists = new Dictionary<Taint, List<int>>();
        for (var node = 0; node < nodes.Count; node++)
        {
            foreach (var taint in nodes[node].Taints)
            {
                if (taint.Effect != TaintEffect.PreferNoSchedule) Add(taint, node);
            }

            if (nodes[node].Unschedulable) Add(Taint.Unschedulable, node);
        }

        var words = NodeBits.Words(nodes.Count);
        entries = [.. lists.Select(pair => new Entry(pair.Key, new NodeSet(pair.Value, words)))];

        void Add(Taint taint, int node)
        {
            if (!lists.TryGetValue(taint, out var list)) lists[taint] = list = [];
            list.Add(node);
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

    internal sealed class Entry(Taint taint, NodeSet nodes)
    {
        public Taint Taint => taint;

        public NodeSet Nodes => nodes;

        public byte[] Key { get; } = Encoding.UTF8.GetBytes(taint.Key);

        public byte[] Value { get; } = Encoding.UTF8.GetBytes(taint.Value);

        public byte[] Effect { get; } = Encoding.UTF8.GetBytes(taint.Effect.ToString());
    }
}
