namespace Coral.Policies.Rules.Running;

/// <summary>
/// For each alpha node the facts of a session that meet its conditions, in the order in which they came; and for each branch, how many of the nodes that it
/// needs have none.
/// </summary>
internal sealed class Memories(Network network)
{
    private readonly int[] counts = new int[network.Alphas.Length];
    private readonly Fact[]?[] items = new Fact[]?[network.Alphas.Length];
    private readonly int[] missing = [.. network.NeedCounts];

    internal Fact this[int node, int index] => items[node]![index];

    internal int Count(int node) => counts[node];

    /// <summary>Whether no node that the branch needs is empty.</summary>
    internal bool IsReady(int branch) => missing[branch] == 0;

    internal void Add(AlphaNode node, Fact fact)
    {
        ref var list = ref items[node.Index];
        ref var count = ref counts[node.Index];
        if (list is null) list = new Fact[4];
        else if (list.Length == count) Array.Resize(ref list, 2 * count);
        list[count++] = fact;
        if (count > 1) return;
        foreach (var branch in node.NeededBy) missing[branch]--;
    }

    internal void Remove(AlphaNode node, Fact fact)
    {
        var list = items[node.Index]!;
        ref var count = ref counts[node.Index];
        var at = Array.IndexOf(list, fact, 0, count);
        Array.Copy(list, at + 1, list, at, count - at - 1);
        list[--count] = null!;
        if (count > 0) return;
        foreach (var branch in node.NeededBy) missing[branch]++;
    }

    /// <summary>Empties all. What the lists held stays in them until it is written over: facts are used anew, too.</summary>
    internal void Clear()
    {
        Array.Clear(counts);
        network.NeedCounts.CopyTo(missing);
    }
}
