namespace Coral.Audit.Spool;

/// <summary>What an earlier life left behind: the segments, the last sequence in them and its frame, and how many torn tails were cut off.</summary>
internal readonly record struct Recovered(List<Segment> Segments, ulong Last, SpoolFrame? LastFrame, int Truncated)
{
    /// <summary>
    /// Makes the folder ready for a new life: what it returns is on the disk, also when the earlier process was killed before it synced. Only the last segment can have a torn tail, because each life writes
    /// files of its own.
    /// </summary>
    public static Recovered Open(SpoolOptions options)
    {
        var files = options.Files;
        // First of all, because it throws for the format of a newer program, whose folder is left as it is.
        var segments = Segment.List(options.Directory).Select(segment => segment.Load()).OfType<Segment>().ToList();
        foreach (var unfinished in Directory.EnumerateFiles(options.Directory, "*.new")) files.Delete(unfinished);
        RemoveRescued(files, segments);
        ulong last = 0;
        SpoolFrame? frame = null;
        var truncated = 0;
        while (segments.Count > 0)
        {
            var tail = segments[^1];
            var scan = SegmentScan.Read(tail.Path);
            if (scan.Length > scan.End) truncated++;
            if (scan.Frames.Count > 0)
            {
                if (scan.Length > scan.End) Truncate(files, tail.Path, scan.End);
                frame = scan[scan.Frames.Count - 1];
                last = Math.Max(last, frame.Value.Sequence);
                segments[^1] = tail with { Length = scan.End };
                break;
            }

            // Its name says that all before it was written, so its number is not given again.
            last = Math.Max(last, tail.First - 1);
            files.Delete(tail.Path);
            segments.RemoveAt(segments.Count - 1);
        }

        foreach (var segment in segments) Secure(files, segment.Path);
        files.SyncDirectory(options.Directory);
        return new Recovered(segments, last, frame, truncated);
    }

    /// <summary>
    /// After a failed sync the frames of one or several segments were written again into one and those of later names deleted. A power loss can bring these back; taken for the end of the spool, they would
    /// have numbers given twice that readers then step over. What is left over looks the same when only the process was killed: then it is the new one that the old one covers, with pages that
    /// the kernel has given up and no sync brings to the disk. So what stays is written anew before the other goes.
    /// </summary>
    private static void RemoveRescued(SpoolFiles files, List<Segment> segments)
    {
        (ulong End, string? Path, bool IsAnew) cover = default;
        foreach (var segment in segments.ToList())
        {
            if (SegmentScan.LastFrame(segment.Path) is not { } end) continue;
            if (end.Sequence > cover.End)
            {
                cover = (end.Sequence, segment.Path, false);
                continue;
            }

            if (!cover.IsAnew) files.Replace(cover.Path!, File.ReadAllBytes(cover.Path!));
            cover.IsAnew = true;
            files.Delete(segment.Path);
            segments.Remove(segment);
        }
    }

    private static void Secure(SpoolFiles files, string path)
    {
        try
        {
            using var file = files.OpenOrCreate(path);
            files.Sync(file);
        }
        catch (IOException)
        {
            // A file whose sync failed once is never trusted again, but what can be read can be written elsewhere.
            files.Replace(path, File.ReadAllBytes(path));
        }
    }

    private static void Truncate(SpoolFiles files, string path, long length)
    {
        using var file = files.OpenOrCreate(path);
        files.Cut(file, length);
    }
}
