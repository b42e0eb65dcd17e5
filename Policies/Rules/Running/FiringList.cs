namespace Coral.Policies.Rules.Running;

/// <summary>The branches that fired, in order; of an array, because a list would check the type of each that is added.</summary>
internal sealed class FiringList
{
    private Branch[] items = new Branch[16];

    internal int Count { get; private set; }

    internal ReadOnlySpan<Branch> Items => items.AsSpan(0, Count);

    internal void Add(Branch branch)
    {
        if (Count == items.Length) Array.Resize(ref items, 2 * Count);
        items[Count++] = branch;
    }

    internal void Clear() => Count = 0;
}
