namespace Coral.Audit.Spool;

/// <summary>
/// Frames that stand in two segments. After a failed sync those that were not on the disk are written again into a segment of their own (<see cref="SegmentLog.Rescue"/>), and of the old segments those of later names
/// deleted. A kill can come between the two, and a power loss can bring the deleted back and take any pages of what was given up. Taken for good, these would have numbers given twice or hide what was
/// rescued.
/// </summary>
internal static class DoubledFrames
{
    /// <summary>Leaves each frame in one segment, in one that is on the disk if there is such.</summary>
    public static void Remove(SpoolFiles files, WrittenAnew anew, List<Segment> segments)
    {
        (int At, ulong End) before = (-1, 0);
        for (var i = 0; i < segments.Count; i++)
        {
            var segment = segments[i];
            // The number alone: the frame is in memory that is lent again before this segment is done with.
            if (SegmentScan.LastFrame(segment.Path, anew.Rent, out _)?.Sequence is not { } end) continue;
            if (before.At >= 0 && segment.First <= before.End)
            {
                // Only a rescued segment begins right after what was synced when it was made and has numbers that stand elsewhere too. It was synced before it got its name.
                if (segment.Header?.Synced == segment.First - 1)
                {
                    segments[before.At] = anew.Before(segments[before.At], segment.First);
                }
                else if (end <= before.End)
                {
                    segments[before.At] = anew.Whole(segments[before.At]);
                    files.Delete(segment.Path);
                    segments.RemoveAt(i--);
                    continue;
                }
            }

            before = (i, Math.Max(end, before.End));
        }
    }
}
