namespace Coral.Audit.Chain;

/// <summary>The last documents of a chain by their number: what a power loss takes from a spool, and what comes in while a checkpoint is signed, is far less.</summary>
internal sealed class HashWindow
{
    private const int Size = 65_536;

    private readonly Dictionary<ulong, Entry> entries = [];
    private readonly Queue<ulong> order = new();

    public readonly record struct Entry(ulong Sequence, uint Epoch, byte[] Hash, DateTimeOffset? Time, bool IsCheckpoint);

    public void Add(in Entry entry)
    {
        if (!entries.ContainsKey(entry.Sequence)) order.Enqueue(entry.Sequence);
        // A later life that gives a number again takes its place.
        entries[entry.Sequence] = entry;
        if (order.Count > Size) entries.Remove(order.Dequeue());
    }

    public Entry? At(ulong sequence) => entries.TryGetValue(sequence, out var entry) ? entry : null;

    /// <summary>How many of the numbers before one may be known.</summary>
    public static ulong Reach(ulong sequence) => Math.Min(sequence, Size);

    /// <summary>Gives the memory back.</summary>
    public void Forget()
    {
        entries.Clear();
        entries.TrimExcess();
        order.Clear();
        order.TrimExcess();
    }

    public Entry? WithHash(ReadOnlySpan<byte> hash)
    {
        foreach (var entry in entries.Values)
            if (hash.SequenceEqual(entry.Hash))
                return entry;
        return null;
    }
}
