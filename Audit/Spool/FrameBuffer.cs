using System.Buffers;
using System.Diagnostics;

namespace Coral.Audit.Spool;

/// <summary>
/// Frames that are written but not known to be on the disk. Events are encoded straight into it; after a failed sync it is what the new segment is made from. Each frame stands in one piece, but not all of them:
/// a buffer that doubles would take twice what it holds, and thrice while it is copied. Not thread safe, nor are several with the same chunks.
/// </summary>
internal sealed class FrameBuffer(FrameChunks chunks) : IBufferWriter<byte>
{
    private readonly List<(byte[] Chunk, int Length)> full = [];
    private byte[] chunk = FrameChunks.First();
    private int used;
    private int frame;

    public FrameBuffer()
        : this(new FrameChunks())
    {
    }

    public int Length { get; private set; }

    /// <summary>All frames in their order, in pieces of whole frames.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Written => full.Select(piece => new ReadOnlyMemory<byte>(piece.Chunk, 0, piece.Length)).Append(chunk.AsMemory(0, used));

    /// <summary>The frame that was begun last.</summary>
    public Span<byte> Current => chunk.AsSpan(frame, used - frame);

    /// <summary>The same, good until the next frame is begun.</summary>
    public ReadOnlyMemory<byte> CurrentMemory => chunk.AsMemory(frame, used - frame);

    /// <summary>Begins a frame, leaving room for its head.</summary>
    public void Begin(int room)
    {
        frame = used;
        Reserve(room);
        Advance(room);
    }

    /// <summary>Forgets the frame that was begun last.</summary>
    public void Abandon()
    {
        Length -= used - frame;
        used = frame;
    }

    public void Clear()
    {
        foreach (var (piece, _) in full) chunks.Return(piece);
        full.Clear();
        chunks.Trim(Length);
        if (chunk.Length > FrameChunks.ChunkBytes) chunk = FrameChunks.First();
        Length = used = frame = 0;
    }

    public void Advance(int count)
    {
        used += count;
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return chunk.AsMemory(used);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Where the frame does not fit behind the others, it moves to a new chunk.</summary>
    private void Reserve(int room)
    {
        if (chunk.Length - used >= room) return;
        var begun = Current;
        var next = chunks.Take(begun.Length + room);
        begun.CopyTo(next);
        if (frame > 0) full.Add((chunk, frame));
        else chunks.Return(chunk);
        (chunk, used, frame) = (next, begun.Length, 0);
        Debug.Assert(chunk.Length - used >= room, "the frame fits");
    }
}
