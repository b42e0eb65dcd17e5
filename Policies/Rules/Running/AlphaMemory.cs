namespace Coral.Policies.Rules.Running;

/// <summary>The facts of a session that meet an alpha node's conditions, in the order in which they came.</summary>
internal struct AlphaMemory
{
    private Fact[]? items;

    internal int Count { get; private set; }

    internal readonly Fact this[int index] => items![index];

    internal void Add(Fact fact)
    {
        if (items is null) items = new Fact[4];
        else if (items.Length == Count) Array.Resize(ref items, 2 * Count);
        items[Count++] = fact;
    }

    internal void Remove(Fact fact)
    {
        var at = Array.IndexOf(items!, fact, 0, Count);
        Array.Copy(items!, at + 1, items!, at, Count - at - 1);
        items![--Count] = null!;
    }

    internal void Clear()
    {
        items.AsSpan(0, Count).Clear();
        Count = 0;
    }
}
