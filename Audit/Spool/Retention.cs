namespace Coral.Audit.Spool;

/// <summary>Which segments may go. The one that is written to never does.</summary>
internal static class Retention
{
    /// <summary>Which segment is due now, and why; null for none.</summary>
    public static (int Index, string Reason)? Due(SpoolOptions options, IReadOnlyList<Segment> segments, long bytes, ulong acknowledged, ulong read, DateTimeOffset now)
    {
        var index = Removable(options, segments, acknowledged, read);
        if (index < 0) return null;
        if (bytes > options.MaxBytes) return (index, "max-bytes");
        if (options.HasShipper && !IsShipped(segments, acknowledged)) return null;
        // A segment was closed when the next one was made.
        return now - segments[1].Created > (options.HasShipper ? options.Keep : options.MaxAge) ? (0, "max-age") : null;
    }

    /// <summary>
    /// Which segment may go first if room is needed, or -1. Unshipped audit documents and log lines never may; of samples it is the oldest segment of which nothing is read yet, so that what is on its way stays.
    /// </summary>
    public static int Removable(SpoolOptions options, IReadOnlyList<Segment> segments, ulong acknowledged, ulong read)
    {
        if (segments.Count < 2) return -1;
        if (!options.HasShipper || IsShipped(segments, acknowledged)) return 0;
        if (options.Class != StreamClass.Samples) return -1;
        for (var index = 0; index < segments.Count - 1; index++)
            if (segments[index].First > read) return index;
        return -1;
    }

    /// <summary>Whether the segment that is written to is old enough to be closed, so that an idle spool lets go in small steps too.</summary>
    public static bool RollIsDue(SpoolOptions options, DateTimeOffset since, DateTimeOffset now) =>
        now - since > (options.HasShipper ? options.Keep / 4 : options.MaxAge / 8);

    /// <summary>Whether all of the oldest segment is.</summary>
    private static bool IsShipped(IReadOnlyList<Segment> segments, ulong acknowledged) => segments[1].First - 1 <= acknowledged;
}
