using Coral.Audit.Chain;

namespace Coral.Audit.Spool;

/// <summary>What an earlier life left behind: the segments, the last sequence in them and its frame, and how many torn tails were cut off.</summary>
internal readonly record struct Recovered(List<Segment> Segments, ulong Last, SpoolFrame? LastFrame, int Truncated)
{
    /// <summary>
    /// Makes the folder ready for a new life: what it returns is on the disk. Where the last life ended in peace it only looks and syncs; after a kill or a power loss what is not known to have been synced is written
    /// anew (see <see cref="WrittenAnew"/>): the last segment, mostly. Throws <see cref="SpoolUnavailableException"/> for the format of a newer program, whose folder is left as it is.
    /// </summary>
    public static Recovered Open(SpoolOptions options)
    {
        var (directory, files) = (options.Directory, options.Files);
        WriterIdentity.Know(directory);
        CheckpointFile.Know(directory);
        ChainHead.Know(directory);
        var segments = Segment.List(directory).Select(segment => segment.Load()).OfType<Segment>().ToList();
        foreach (var unfinished in Directory.EnumerateFiles(directory, "*.new")) files.Delete(unfinished);
        // Before anything goes because another file has it too.
        files.SyncDirectory(directory);
        var synced = Math.Max(SyncedMark.Read(directory, segments.LastOrDefault()?.Header), segments.Select(segment => segment.Header?.Synced ?? 0).DefaultIfEmpty().Max());
        var anew = new WrittenAnew(files);
        DoubledFrames.Remove(files, anew, segments);
        var (last, frame, truncated) = CutTail(files, anew, segments, synced);
        var isSynced = false;
        for (var i = segments.Count - 1; i >= 0; i--)
        {
            // They stand in the order of writing: what is before one that is all synced is synced too.
            isSynced = isSynced || (SegmentScan.LastFrame(segments[i].Path, anew.Rent, out _) is { } end && end.Sequence <= synced);
            segments[i] = isSynced ? anew.Synced(segments[i]) : anew.Whole(segments[i]);
        }

        files.SyncDirectory(directory);
        return new Recovered(segments, last, frame, truncated);
    }

    /// <summary>Segments at the end without a frame go. Only the last segment can have a torn tail, because each life writes files of its own.</summary>
    private static (ulong Last, SpoolFrame? Frame, int Truncated) CutTail(SpoolFiles files, WrittenAnew anew, List<Segment> segments, ulong synced)
    {
        // What was synced and is damaged was there all the same: its number is not given again, and a reader counts it.
        var last = synced;
        var truncated = 0;
        while (segments.Count > 0)
        {
            var tail = segments[^1];
            var end = SegmentScan.LastFrame(tail.Path, anew.Rent, out var at);
            if (tail.Length > at && (end?.Sequence ?? tail.First - 1) >= synced) truncated++;
            if (end is { } frame) return (Math.Max(last, frame.Sequence), new SpoolFrame(frame.Raw.ToArray()), truncated);
            // Its name says that all before it was written, so its number is not given again.
            last = Math.Max(last, tail.First - 1);
            files.Delete(tail.Path);
            segments.RemoveAt(segments.Count - 1);
        }

        return (last, null, truncated);
    }
}
