namespace Coral.Audit.Spool;

/// <summary>What an earlier life left behind: the segments, the last sequence in them and its frame, and how many torn tails were cut off.</summary>
internal readonly record struct Recovered(List<Segment> Segments, ulong Last, SpoolFrame? LastFrame, int Truncated)
{
    /// <summary>Makes the folder ready for a new life. Only the last segment can have a torn tail, because each life writes files of its own.</summary>
    public static Recovered Open(SpoolOptions options)
    {
        var files = options.Files;
        foreach (var unfinished in Directory.EnumerateFiles(options.Directory, "*.new")) files.Delete(unfinished);
        var segments = Segment.List(options.Directory).Select(segment => segment.Load()).OfType<Segment>().ToList();
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

        files.SyncDirectory(options.Directory);
        return new Recovered(segments, last, frame, truncated);
    }

    private static void Truncate(SpoolFiles files, string path, long length)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.SetLength(file, length);
        files.Sync(file);
    }
}
