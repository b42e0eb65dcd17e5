namespace Coral.Policies.Rules.Running;

/// <summary>Objects that the next session uses anew. Only the first ones of a session: a session that lives long leaves the others to the garbage collector.</summary>
internal sealed class Store<T>(int most)
    where T : class, new()
{
    private readonly T[] items = new T[most];
    private int used;

    internal bool Overflowed { get; private set; }

    internal ReadOnlySpan<T> Used => items.AsSpan(0, used);

    internal T Take()
    {
        if (used < items.Length) return items[used++] ??= new T();
        Overflowed = true;
        return new T();
    }

    internal void Reclaim() => used = 0;
}
