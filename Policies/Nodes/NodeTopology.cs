using System.Text.Json;
using Coral.Policies.Selection;

namespace Coral.Policies.Nodes;

/// <summary>Where pods may land, as kube-scheduler's filters NodeName, NodeUnschedulable, NodeAffinity and TaintToleration have it. Immutable.</summary>
internal sealed class NodeTopology
{
    private readonly LabelIndex labels;
    private readonly Dictionary<string, NodeSet> byName;

    /// <summary>Nodes are numbered in the order given, with room for those that <paramref name="words"/> can hold.</summary>
    public NodeTopology(IReadOnlyList<NodeFacts> nodes, int words)
    {
        Words = words;
        labels = new LabelIndex(nodes, words);
        Taints = new TaintIndex(nodes, words);
        byName = nodes.Index().GroupBy(node => node.Item.Name, node => node.Index, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => new NodeSet([.. group], Words), StringComparer.Ordinal);
        All = new ulong[Words];
        for (var node = 0; node < nodes.Count; node++) All.AsSpan().Add(node);
    }

    private NodeTopology(NodeTopology before, IReadOnlyList<NodeChange> changes)
    {
        Words = before.Words;
        labels = before.labels.With(changes);
        Taints = before.Taints.With(changes, Words);
        (byName, All) = (before.byName, before.All);
        List<NodeChange> renamed = [.. changes.Where(change => change.Renames)];
        if (renamed.Count == 0) return;
        byName = new Dictionary<string, NodeSet>(byName, StringComparer.Ordinal);
        All = All.AsSpan().ToArray();
        foreach (var change in renamed.Where(change => change.Before is not null))
        {
            byName.Remove(change.Before!.Name);
            All.AsSpan().Remove(change.Place);
        }

        foreach (var change in renamed.Where(change => change.After is not null))
        {
            byName[change.After!.Name] = default(NodeSet).With(change.Place, Words);
            All.AsSpan().Add(change.Place);
        }
    }

    public int Words { get; }

    public ulong[] All { get; }

    public TaintIndex Taints { get; }

    /// <summary>The same after some nodes changed; what they leave alone is shared. Names must be unique.</summary>
    public NodeTopology With(IReadOnlyList<NodeChange> changes) => changes.Any(change => change.Moves) ? new NodeTopology(this, changes) : this;

    /// <summary>Fills <paramref name="nodes"/> with the one of a name, if there is one.</summary>
    public void Named(string name, Span<ulong> nodes)
    {
        nodes.Clear();
        if (byName.TryGetValue(name, out var named)) named.AddTo(nodes);
    }

    /// <summary>Leaves of <paramref name="nodes"/> those whose label has one of the values.</summary>
    public void KeepLabelled(string key, ReadOnlySpan<string> values, Span<ulong> nodes)
    {
        Span<ulong> scratch = Words <= 256 ? stackalloc ulong[Words] : new ulong[Words];
        labels.Keep(key, LabelOperator.In, values, nodes, scratch);
    }

    /// <summary>Fills <paramref name="nodes"/> with the feasible ones.</summary>
    public void Feasible(in Placement pod, ReadOnlySpan<bool> tolerated, Span<ulong> nodes)
    {
        // Up to 16 384 nodes no heap is touched: three sets of 2 KB.
        Span<ulong> scratch = Words <= 256 ? stackalloc ulong[Words * 3] : new ulong[Words * 3];
        All.CopyTo(nodes);
        Taints.Exclude(tolerated, byKubelet: pod.NodeName is not null, nodes);
        if (pod.NodeName is { } name) KeepNamed(name, nodes, scratch[..Words]);
        KeepSelected(pod.NodeSelector, nodes, scratch[..Words]);
        KeepSelected(pod.Extra.NodeSelector, nodes, scratch[..Words]);
        if (pod.HasAffinity) KeepAffine(pod.RequiredAffinity, nodes, scratch);
    }

    private void KeepNamed(string name, Span<ulong> nodes, Span<ulong> scratch)
    {
        scratch.Clear();
        if (byName.TryGetValue(name, out var named)) named.AddTo(scratch);
        nodes.Intersect(scratch);
    }

    private void KeepSelected(JsonElement selector, Span<ulong> nodes, Span<ulong> scratch)
    {
        if (selector.ValueKind != JsonValueKind.Object) return;
        foreach (var pair in selector.EnumerateObject()) labels.KeepEqual(pair.Name, pair.Value.AsText() ?? "", nodes, scratch);
    }

    // Terms are alternatives; without any, or with only empty ones, nothing matches.
    private void KeepAffine(JsonElement required, Span<ulong> nodes, Span<ulong> scratch)
    {
        var any = scratch[..Words];
        var term = scratch.Slice(Words, Words);
        any.Clear();
        foreach (var item in required.Items("nodeSelectorTerms"u8))
        {
            nodes.CopyTo(term);
            if (KeepTerm(item, term, scratch[(Words * 2)..])) any.Unite(term);
        }

        any.CopyTo(nodes);
    }

    /// <summary>False when the term is empty or can't be understood: then it matches nothing.</summary>
    private bool KeepTerm(JsonElement term, Span<ulong> nodes, Span<ulong> scratch)
    {
        var requirements = 0;
        foreach (var expression in term.Items("matchExpressions"u8))
        {
            requirements++;
            var values = Values(expression);
            if (expression.Text("key"u8) is not { } key || Operator(expression, values) is not { } operation) return false;
            labels.Keep(key, operation, values, nodes, scratch);
        }

        foreach (var field in term.Items("matchFields"u8))
        {
            requirements++;
            if (field.Text("key"u8) != "metadata.name" || Values(field) is not [var name]) return false;
            switch (field.Text("operator"u8))
            {
                case "In":
                    KeepNamed(name, nodes, scratch);
                    break;
                case "NotIn":
                    if (byName.TryGetValue(name, out var named)) named.RemoveFrom(nodes);
                    break;
                default:
                    return false;
            }
        }

        return requirements > 0;
    }

    // The number of values that an operator takes is part of its syntax; with another number the scheduler refuses the whole term.
    private static LabelOperator? Operator(JsonElement expression, string[] values) => expression.Text("operator"u8) switch
    {
        "In" when values.Length > 0 => LabelOperator.In,
        "NotIn" when values.Length > 0 => LabelOperator.NotIn,
        "Exists" when values.Length == 0 => LabelOperator.Exists,
        "DoesNotExist" when values.Length == 0 => LabelOperator.DoesNotExist,
        "Gt" when values is [var bound] && LabelSelectors.TryNumber(bound, out _) => LabelOperator.Gt,
        "Lt" when values is [var bound] && LabelSelectors.TryNumber(bound, out _) => LabelOperator.Lt,
        _ => null,
    };

    private static string[] Values(JsonElement requirement)
    {
        var values = requirement.Get("values"u8);
        if (values.ValueKind != JsonValueKind.Array) return [];
        var texts = new string[values.GetArrayLength()];
        var count = 0;
        foreach (var value in values.EnumerateArray()) texts[count++] = value.AsText() ?? "";
        return texts;
    }
}
