using Coral.Policies.Selection;

namespace Coral.Policies.Nodes;

/// <summary>From a label to the nodes that carry it. Its methods take from <c>nodes</c> those for which the requirement doesn't hold.</summary>
internal sealed class LabelIndex
{
    private readonly Dictionary<string, Key> keys;
    private readonly int words;

    public LabelIndex(IReadOnlyList<NodeFacts> nodes, int words)
    {
        this.words = words;
        var lists = new Dictionary<string, Dictionary<string, List<int>>>(StringComparer.Ordinal);
        for (var node = 0; node < nodes.Count; node++)
        {
            foreach (var (key, value) in nodes[node].Labels)
            {
                if (!lists.TryGetValue(key, out var values)) lists[key] = values = new Dictionary<string, List<int>>(StringComparer.Ordinal);
                if (!values.TryGetValue(value, out var list)) values[value] = list = [];
                list.Add(node);
            }
        }

        keys = new Dictionary<string, Key>(lists.Count, StringComparer.Ordinal);
        foreach (var (key, values) in lists)
        {
            var sets = new Dictionary<string, NodeSet>(values.Count, StringComparer.Ordinal);
            foreach (var (value, list) in values) sets[value] = new NodeSet(list, words);
            keys[key] = new Key(new NodeSet([.. values.Values.SelectMany(list => list)], words), sets);
        }
    }

    private LabelIndex(Dictionary<string, Key> keys, int words) => (this.keys, this.words) = (keys, words);

    /// <summary>The index after some nodes changed. Keys on which none of them differs are shared.</summary>
    public LabelIndex With(IReadOnlyList<NodeChange> changes)
    {
        var next = new Dictionary<string, Key>(keys, StringComparer.Ordinal);
        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (place, before, after, _) in changes)
        {
            foreach (var (key, value) in before?.Labels ?? [])
            {
                var now = after?.Labels.GetValueOrDefault(key);
                if (now != value) Put(key, Own(key).Without(place, value, gone: now is null));
            }

            foreach (var (key, value) in after?.Labels ?? [])
            {
                var then = before?.Labels.GetValueOrDefault(key);
                if (then != value) Put(key, Own(key).With(place, value, isNew: then is null, words));
            }
        }

        return new LabelIndex(next, words);

        Key Own(string key)
        {
            var known = next.GetValueOrDefault(key) ?? new Key(default, []);
            return own.Add(key) ? known with { Values = new Dictionary<string, NodeSet>(known.Values, StringComparer.Ordinal) } : known;
        }

        void Put(string key, Key changed)
        {
            if (changed.Values.Count > 0) next[key] = changed;
            else next.Remove(key);
        }
    }

    public void KeepEqual(string key, string value, Span<ulong> nodes, Span<ulong> scratch)
    {
        scratch.Clear();
        if (keys.TryGetValue(key, out var known) && known.Values.TryGetValue(value, out var carriers)) carriers.AddTo(scratch);
        nodes.Intersect(scratch);
    }

    public void Keep(string key, LabelOperator operation, ReadOnlySpan<string> values, Span<ulong> nodes, Span<ulong> scratch)
    {
        var known = keys.GetValueOrDefault(key);
        if (operation is LabelOperator.NotIn or LabelOperator.DoesNotExist)
        {
            if (operation == LabelOperator.DoesNotExist) known?.All.RemoveFrom(nodes);
            foreach (var value in values)
            {
                if (known?.Values.TryGetValue(value, out var carriers) == true) carriers.RemoveFrom(nodes);
            }

            return;
        }

        scratch.Clear();
        if (known is not null) Gather(known, operation, values, scratch);
        nodes.Intersect(scratch);
    }

    private static void Gather(Key known, LabelOperator operation, ReadOnlySpan<string> values, Span<ulong> into)
    {
        switch (operation)
        {
            case LabelOperator.Exists:
                known.All.AddTo(into);
                break;
            case LabelOperator.In:
                foreach (var value in values)
                {
                    if (known.Values.TryGetValue(value, out var carriers)) carriers.AddTo(into);
                }

                break;
            default:
                foreach (var (value, carriers) in known.Values)
                {
                    if (LabelSelectors.Compares(operation, value, values[0])) carriers.AddTo(into);
                }

                break;
        }
    }

    private sealed record Key(NodeSet All, Dictionary<string, NodeSet> Values)
    {
        // These two write into the values, which must be this key's own by then.
        public Key With(int node, string value, bool isNew, int words)
        {
            Values[value] = Values.GetValueOrDefault(value).With(node, words);
            return isNew ? this with { All = All.With(node, words) } : this;
        }

        public Key Without(int node, string value, bool gone)
        {
            var left = Values[value].Without(node);
            if (left.IsEmpty) Values.Remove(value);
            else Values[value] = left;
            return gone ? this with { All = All.Without(node) } : this;
        }
    }
}
