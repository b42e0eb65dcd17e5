using System.Collections.Immutable;
using System.Numerics;

namespace Coral.Policies.Nodes;

/// <summary>The names of an index's nodes, and their order. Immutable.</summary>
internal sealed class NodeNames
{
    /// <summary>Up to so many nodes are sorted; among more the first ones are found sooner by their order.</summary>
    private const int Few = 64;

    private readonly string?[] names;

    /// <summary>The places by name; null when places are in the order of names already.</summary>
    private readonly int[]? order;

    /// <summary>Nodes sorted by name.</summary>
    public NodeNames(IReadOnlyList<NodeFacts> nodes, int words)
    {
        names = new string?[words * 64];
        for (var node = 0; node < nodes.Count; node++) names[node] = nodes[node].Name;
    }

    private NodeNames(string?[] names, int[] order) => (this.names, this.order) = (names, order);

    public NodeNames With(IReadOnlyList<NodeChange> changes)
    {
        if (!changes.Any(change => change.Renames)) return this;
        var next = names.AsSpan().ToArray();
        List<int> places = order is not null ? [.. order] : [.. names.Index().Where(name => name.Item is not null).Select(name => name.Index)];
        foreach (var change in changes.Where(change => change.Renames && change.Before is not null))
        {
            next[change.Place] = null;
            places.Remove(change.Place);
        }

        foreach (var change in changes.Where(change => change.Renames && change.After is not null))
        {
            next[change.Place] = change.After!.Name;
            var at = places.BinarySearch(change.Place, Comparer<int>.Create((one, other) => string.CompareOrdinal(next[one], next[other])));
            places.Insert(at < 0 ? ~at : at, change.Place);
        }

        return new NodeNames(next, [.. places]);
    }

    /// <summary>Up to <paramref name="most"/> names of a set, the first ones in their order.</summary>
    public ImmutableArray<string> First(ReadOnlySpan<ulong> nodes, int most)
    {
        var found = ImmutableArray.CreateBuilder<string>(most);
        if (order is null)
        {
            for (var word = 0; word < nodes.Length; word++)
            {
                for (var bits = nodes[word]; bits != 0 && found.Count < most; bits &= bits - 1) found.Add(NameAt(word, bits));
            }
        }
        else if (nodes.Count() > Few)
        {
            foreach (var place in order)
            {
                if (nodes.Has(place)) found.Add(names[place]!);
                if (found.Count == most) break;
            }
        }
        else
        {
            var all = new List<string>(Few);
            for (var word = 0; word < nodes.Length; word++)
            {
                for (var bits = nodes[word]; bits != 0; bits &= bits - 1) all.Add(NameAt(word, bits));
            }

            all.Sort(StringComparer.Ordinal);
            found.AddRange(all.Take(most));
        }

        return found.DrainToImmutable();
    }

    private string NameAt(int word, ulong bits) => names[(word * 64) + BitOperations.TrailingZeroCount(bits)]!;
}
