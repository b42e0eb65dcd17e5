using Coral.Audit.Spool;

namespace Coral.Audit.Shipping;

/// <summary>One document on its way.</summary>
internal sealed class ShipItem(SpoolFrame frame)
{
    /// <summary>The frame as it stands in the spool; it owns its memory.</summary>
    public SpoolFrame Frame { get; } = frame;

    /// <summary>What is sent: the spool's document, or a lesser one that the server may take.</summary>
    public ReadOnlyMemory<byte> Document { get; set; } = frame.Document;

    public bool IsDone { get; set; }

    public bool IsSlim { get; set; }

    public bool IsFallback { get; set; }

    /// <summary>Why the server won't have it, or null.</summary>
    public string? DeadReason { get; set; }
}

/// <summary>The documents that are sent together and acknowledged together.</summary>
internal sealed class ShipBatch
{
    private readonly List<ShipItem> items = [];
    private int open;

    /// <summary>Whether an earlier try may have stored some of it.</summary>
    public bool IsSuspect { get; set; }

    /// <summary>The most documents of its next request: fewer while the one that breaks the whole body is sought.</summary>
    public int MostDocuments { get; set; } = int.MaxValue;

    public int Count => items.Count;

    public bool IsDone => open == 0;

    public ulong First => items[0].Frame.Sequence;

    public ulong Last { get; private set; }

    /// <summary>Refused for good, in the order of the sequence.</summary>
    public IEnumerable<ShipItem> Dead => items.Where(item => item.DeadReason is not null);

    public IEnumerable<ShipItem> Settled => items.Where(item => item.IsDone);

    public IEnumerable<ShipItem> Open => items.Where(item => !item.IsDone);

    /// <summary>Throws <see cref="IOException"/> when nothing can be read.</summary>
    public void Fill(SpoolCursor cursor, int documents, int bytes)
    {
        var size = 0;
        while (items.Count < documents && size < bytes && TryRead(cursor, out var frame))
        {
            // The cursor's memory is good for one step only.
            Add(new SpoolFrame(frame.Raw.ToArray()));
            size += frame.Raw.Length;
        }
    }

    /// <summary>A frame that owns its memory, after those that are in it.</summary>
    public void Add(SpoolFrame owned)
    {
        items.Add(new ShipItem(owned));
        Last = owned.Sequence;
        open++;
    }

    /// <summary>What was read before the disk failed is sent; the next batch meets the failure again.</summary>
    private bool TryRead(SpoolCursor cursor, out SpoolFrame frame)
    {
        try
        {
            return cursor.TryRead(out frame);
        }
        catch (IOException) when (items.Count > 0)
        {
            frame = default;
            return false;
        }
    }

    public void Done(ShipItem item)
    {
        item.IsDone = true;
        open--;
    }

    /// <summary>Open items up to both bounds, but at least one.</summary>
    public List<ShipItem> Take(long bytes)
    {
        var taken = new List<ShipItem>(Math.Min(open, MostDocuments));
        long size = 0;
        foreach (var item in items)
        {
            if (item.IsDone) continue;
            size += BulkBody.SizeOf(item);
            if (taken.Count > 0 && (taken.Count >= MostDocuments || size > bytes)) break;
            taken.Add(item);
        }

        return taken;
    }
}
