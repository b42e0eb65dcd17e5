using System.Buffers;

namespace Coral.Audit.Spool;

/// <summary>
/// Frames that are written but not known to be on the disk. Events are encoded straight into it; after a failed sync it is what the new segment is made from. Not thread safe.
/// </summary>
internal sealed class FrameBuffer : IBufferWriter<byte>
{
    private const int FirstBytes = 64 * 1024;
    private const int KeptBytes = 1024 * 1024;

    private byte[] bytes = new byte[FirstBytes];
    private int frame;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    /// <summary>The frame that was begun last.</summary>
    public Span<byte> Current => bytes.AsSpan(frame, Length - frame);

    /// <summary>Begins a frame, leaving room for its head.</summary>
    public void Begin(int room)
    {
        frame = Length;
        Reserve(room);
        Length += room;
    }

    /// <summary>Forgets the frame that was begun last.</summary>
    public void Abandon() => Length = frame;

    /// <summary>Gives back what a burst took, but only once it is over: regrowing again and again would be all garbage.</summary>
    public void Clear()
    {
        if (bytes.Length > KeptBytes && Length < bytes.Length / 8) bytes = new byte[KeptBytes];
        Length = frame = 0;
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private void Reserve(int room)
    {
        if (bytes.Length - Length < room) Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + room));
    }
}
