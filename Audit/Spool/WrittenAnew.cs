namespace Coral.Audit.Spool;

/// <summary>
/// Puts segments of an earlier life on the disk. To sync them is not enough: if a sync failed in that life, the kernel has given up their pages, which can still be read, and calls the next sync a success
/// (https://wiki.postgresql.org/wiki/Fsync_Errors). So what can be read is written to new pages.
/// </summary>
internal sealed class WrittenAnew(SpoolFiles files)
{
    private byte[] memory = [];

    /// <summary>What an earlier life has synced. This costs little and is for folders that were copied since, where that says nothing of the copy.</summary>
    public Segment Synced(Segment segment)
    {
        try
        {
            using var file = files.OpenOrCreate(segment.Path);
            files.Sync(file);
            return segment;
        }
        catch (IOException)
        {
            return Whole(segment);
        }
    }

    /// <summary>All sound frames, without a torn tail.</summary>
    public Segment Whole(Segment segment)
    {
        var scan = SegmentScan.Read(segment.Path, Rent);
        return Write(segment, scan.Content.Span[..(int)Math.Min(scan.End, scan.Length)]);
    }

    /// <summary>Its frames before <paramref name="sequence"/>.</summary>
    public Segment Before(Segment segment, ulong sequence)
    {
        var scan = SegmentScan.Read(segment.Path, Rent);
        var first = scan.Frames.FindIndex(frame => Frame.Sequence(scan.Content.Span[frame.Offset..]) >= sequence);
        return Write(segment, scan.Content.Span[..(first < 0 ? (int)scan.End : scan.Frames[first].Offset)]);
    }

    /// <summary>Room for one segment at a time, used again for the next one.</summary>
    public byte[] Rent(int size) => memory.Length >= size ? memory : memory = new byte[size];

    private Segment Write(Segment segment, ReadOnlySpan<byte> content)
    {
        try
        {
            files.Replace(segment.Path, content);
        }
        catch (IOException error) when (SpoolErrors.IsFull(error))
        {
            // A full disk must not keep the spool closed that would be emptied then. New bytes in old places make the pages dirty again; a place that the disk can't write fails the sync.
            files.Delete(segment.Path + ".new");
            using var file = files.OpenOrCreate(segment.Path);
            files.Write(file, content, 0);
            files.Cut(file, content.Length);
            files.Sync(file);
        }

        return segment with { Length = content.Length };
    }
}
