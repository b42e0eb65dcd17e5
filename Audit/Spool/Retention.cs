namespace Coral.Audit.Spool;

/// <summary>Which segments may go. The one that is written to never does.</summary>
internal static class Retention
{
    /// <summary>How many of the oldest segments are due, and why.</summary>
    public static (int Count, string Reason) Due(SpoolOptions options, IReadOnlyList<Segment> segments, long bytes, ulong acknowledged, DateTimeOffset now)
    {
        var count = 0;
        var reason = "";
        for (; count < segments.Count - 1; count++)
        {
            // A segment was closed when the next one was made.
            var closed = segments[count + 1].Created;
            if (options.HasShipper && segments[count + 1].First - 1 > acknowledged) break;
            if (bytes > options.MaxBytes) reason = "max-bytes";
            else if (now - closed > (options.HasShipper ? options.Keep : options.MaxAge)) reason = "max-age";
            else break;
            bytes -= segments[count].Length;
        }

        return (count, reason);
    }

    /// <summary>Whether the segment that is written to is old enough to be closed, so that an idle spool lets go in small steps too.</summary>
    public static bool RollIsDue(SpoolOptions options, DateTimeOffset since, DateTimeOffset now) =>
        now - since > (options.HasShipper ? options.Keep / 4 : options.MaxAge / 8);

    /// <summary>On a full disk: whether the oldest segment may go at once.</summary>
    public static bool CanReclaim(SpoolOptions options, IReadOnlyList<Segment> segments, ulong acknowledged) =>
        segments.Count > 1 && (!options.HasShipper || segments[1].First - 1 <= acknowledged);
}
