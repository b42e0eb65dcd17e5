using System.Buffers.Binary;

namespace Coral.Audit.Spool;

/// <summary>A whole segment in memory and where its sound frames are.</summary>
internal sealed class SegmentScan
{
    private readonly ReadOnlyMemory<byte> content;

    private SegmentScan(ReadOnlyMemory<byte> content, List<(int Offset, int Length)> frames, int damaged)
    {
        this.content = content;
        Frames = frames;
        Damaged = damaged;
    }

    /// <summary>In the order of the file.</summary>
    public List<(int Offset, int Length)> Frames { get; }

    /// <summary>How many stretches of the file are no frame, a torn tail included.</summary>
    public int Damaged { get; }

    /// <summary>Where the last sound frame ends: what follows is a torn tail.</summary>
    public long End => Frames.Count == 0 ? SegmentHeader.Bytes : Frames[^1].Offset + Frames[^1].Length;

    public long Length => content.Length;

    /// <summary>All of the file.</summary>
    public ReadOnlyMemory<byte> Content => content;

    public SpoolFrame this[int index] => new(content.Slice(Frames[index].Offset, Frames[index].Length));

    public static SegmentScan Read(string path) => Read(path, size => new byte[size]);

    /// <summary>Into memory that <paramref name="rent"/> gives, which may be larger than asked for and is in use as long as the scan is.</summary>
    public static SegmentScan Read(string path, Func<int, byte[]> rent)
    {
        using var file = Segment.OpenForReading(path);
        var length = checked((int)RandomAccess.GetLength(file));
        var bytes = rent(length).AsMemory(0, length);
        var read = 0;
        while (read < length && RandomAccess.Read(file, bytes.Span[read..], read) is var count and > 0) read += count;
        _ = SegmentHeader.Read(bytes.Span[..read], path);
        return Of(bytes[..read]);
    }

    /// <summary>The last sound frame of a segment, or null when it has none, and where it ends. Reads no more than that one when the file's end is sound; the frame is good until memory is rented again.</summary>
    public static SpoolFrame? LastFrame(string path, Func<int, byte[]> rent, out long end)
    {
        using (var file = Segment.OpenForReading(path))
        {
            end = RandomAccess.GetLength(file);
            Span<byte> length = stackalloc byte[Frame.TailBytes];
            if (end >= SegmentHeader.Bytes + Frame.TailBytes && RandomAccess.Read(file, length, end - Frame.TailBytes) == Frame.TailBytes
                && BinaryPrimitives.ReadUInt32LittleEndian(length) is >= Frame.HeadBytes + Frame.TailBytes and <= Frame.MaxBytes and var stated && stated <= end - SegmentHeader.Bytes)
            {
                var bytes = rent((int)stated).AsMemory(0, (int)stated);
                if (RandomAccess.Read(file, bytes.Span, end - stated) == bytes.Length && Frame.Read(bytes.Span, out _) == FrameState.Complete) return new SpoolFrame(bytes);
            }
        }

        var scan = Read(path, rent);
        end = scan.End;
        return scan.Frames.Count == 0 ? null : scan[scan.Frames.Count - 1];
    }

    public static SegmentScan Of(ReadOnlyMemory<byte> content)
    {
        var bytes = content.Span;
        var read = bytes.Length;
        var frames = new List<(int, int)>();
        var damaged = 0;
        var at = Math.Min(SegmentHeader.Bytes, read);
        if (read < SegmentHeader.Bytes) damaged++;
        while (at < read)
        {
            if (Frame.Read(bytes[at..], out var length) == FrameState.Complete)
            {
                frames.Add((at, length));
                at += length;
                continue;
            }

            damaged++;
            var next = Frame.FindNext(bytes, at + 1);
            if (next < 0) break;
            at = next;
        }

        return new SegmentScan(content, frames, damaged);
    }
}
