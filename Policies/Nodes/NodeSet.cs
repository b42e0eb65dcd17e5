namespace Coral.Policies.Nodes;

/// <summary>
/// The nodes that have something in common. A few are kept as numbers and many as bits, so that a label with a value of its own on each of
/// 10 000 nodes (a host name) doesn't take 10 000 bit sets.
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
