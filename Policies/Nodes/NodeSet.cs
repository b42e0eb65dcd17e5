namespace Coral.Policies.Nodes;

/// <summary>
/// The nodes that have something in common. A few are kept as numbers and many as bits, so that a label with a value of its own on each of
/// 10 000 nodes (a host name) doesn't take 10 000 bit sets. Immutable; the default value is empty.
/// </summary>
internal readonly struct NodeSet
{
    private readonly int[]? few;
    private readonly ulong[]? many;

    public NodeSet(List<int> nodes, int words)
    {
        // A number is half the size of a word: from here on bits are the smaller form.
        if (nodes.Count <= words * 2)
        {
            few = [.. nodes];
            return;
        }

        many = new ulong[words];
        foreach (var node in nodes) many.AsSpan().Add(node);
    }

    private NodeSet(int[]? few, ulong[]? many) => (this.few, this.many) = (few, many);

    public bool IsEmpty => many is not null ? !many.AsSpan().ContainsAnyExcept(0UL) : few is not { Length: > 0 };

    /// <summary>The same set with one more node, which it doesn't hold yet.</summary>
    public NodeSet With(int node, int words)
    {
        if (many is null) return new NodeSet((List<int>)[.. few ?? [], node], words);
        var bits = many.AsSpan().ToArray();
        bits.AsSpan().Add(node);
        return new NodeSet(null, bits);
    }

    /// <summary>The same set without a node.</summary>
    public NodeSet Without(int node)
    {
        if (many is null) return new NodeSet(Array.FindAll(few ?? [], other => other != node), null);
        var bits = many.AsSpan().ToArray();
        bits.AsSpan().Remove(node);
        return new NodeSet(null, bits);
    }

    public void AddTo(Span<ulong> bits)
    {
        if (many is not null) bits.Unite(many);
        foreach (var node in few ?? []) bits.Add(node);
    }

    public void RemoveFrom(Span<ulong> bits)
    {
        for (var word = 0; word < (many?.Length ?? 0); word++) bits[word] &= ~many![word];
        foreach (var node in few ?? []) bits.Remove(node);
    }
}
