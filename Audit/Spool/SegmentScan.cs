namespace Coral.Audit.Spool;

/// <summary>A whole segment in memory and where its sound frames are.</summary>
internal sealed class SegmentScan
{
    private readonly byte[] content;

    private SegmentScan(byte[] content, List<(int Offset, int Length)> frames, int damaged)
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

    public SpoolFrame this[int index] => new(content.AsMemory(Frames[index].Offset, Frames[index].Length));

    public static SegmentScan Read(string path)
    {
        using var file = Segment.OpenForReading(path);
        var bytes = new byte[RandomAccess.GetLength(file)];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is var count and > 0) read += count;
        if (read < bytes.Length) Array.Resize(ref bytes, read);
        _ = SegmentHeader.Read(bytes, path);
        return Of(bytes);
    }

    public static SegmentScan Of(byte[] bytes)
    {
        var read = bytes.Length;
        var frames = new List<(int, int)>();
        var damaged = 0;
        var at = Math.Min(SegmentHeader.Bytes, read);
        if (read < SegmentHeader.Bytes) damaged++;
        while (at < read)
        {
            if (Frame.Read(bytes.AsSpan(at), out var length) == FrameState.Complete)
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

        return new SegmentScan(bytes, frames, damaged);
    }
}
