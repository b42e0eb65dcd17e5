using Coral.Audit.Events;

namespace Coral.Audit.Spool;

/// <summary>What goes when a spool has no room left, what is refused, and what is said of it. All of it runs under the lock.</summary>
public sealed partial class AuditSpool
{
    /// <summary>Samples that went in this life and that the shipper has not come to yet, in order.</summary>
    private readonly List<(ulong From, ulong To)> dropped = [];
    private (ulong From, ulong To, string Reason)? unreported;
    private (long Count, DateTimeOffset From, DateTimeOffset To, string Reason)? refused;
    private ulong readUpTo;

    /// <summary>
    /// The shipper has read up to <paramref name="position"/> and found <paramref name="absent"/> files' documents absent on its way. What went before or while it was read is counted right here: a dropped document that
    /// was still read is not a dropped one, and one that is absent and was not counted went in an earlier life. Returns how many are absent and were no samples.
    /// </summary>
    internal long ReadTo(ulong position, long absent)
    {
        lock (gate)
        {
            readUpTo = position;
            if (options.Class != StreamClass.Samples) return absent;
            var uncounted = absent - TakeDropped(position);
            if (uncounted != 0) CountDropped(uncounted);
            return 0;
        }
    }

    /// <summary>Makes room for one document more, or throws.</summary>
    private void EnsureRoom()
    {
        // A ring is brought back to its size a little later, off the path of decisions.
        if (!options.HasShipper) return;
        while (log.Bytes >= options.MaxBytes)
            if (!Reclaim("max-bytes")) throw SpoolErrors.Full(options);
    }

    /// <summary>Lets go of one segment, if one may go.</summary>
    private bool Reclaim(string reason)
    {
        var index = Retention.Removable(options, log.Segments, checkpoint.Position, readUpTo);
        if (index < 0) return false;
        Remove(index, reason);
        options.Files.SyncDirectory(options.Directory);
        return true;
    }

    private void Remove(int index, string reason)
    {
        var segment = log.Segments[index];
        // The last frame goes: what the next one has to be linked to must stay.
        if (log.Segments.Count == 2 && log.ActiveIsEmpty) chain?.Save(options.Directory, options.Files, log.Next - 1);
        if (reason is "disk-full" or "disk-quota") options.Files.DeleteAndFree(segment.Path);
        else options.Files.Delete(segment.Path);
        log.Remove(index);
        var (from, to) = (Math.Max(segment.First, checkpoint.Position + 1), log.Segments[index].First - 1);
        if (from > to) return;
        var lost = (long)(to - from + 1);
        Log.Expired(logger, options.Directory, from, to, reason);
        if (options.Class == StreamClass.Samples && options.HasShipper)
        {
            dropped.Add((from, to));
            CountDropped(lost);
            return;
        }

        Metrics.Update(counts => counts with { Expired = counts.Expired + lost, Pending = counts.Pending - lost });
        // A record of samples would push out samples: the counter tells it.
        if (options.Class == StreamClass.Audit) unreported = (unreported?.From ?? from, to, reason);
        if (unreported is not null) RequestMaintenance();
    }

    private void CountDropped(long documents) => Metrics.Update(counts => counts with { Dropped = counts.Dropped + documents, Pending = counts.Pending - documents });

    private long TakeDropped(ulong upTo)
    {
        long taken = 0;
        while (dropped.Count > 0 && dropped[0].From <= upTo)
        {
            var (from, to) = dropped[0];
            var end = Math.Min(to, upTo);
            taken += (long)(end - from + 1);
            if (end == to) dropped.RemoveAt(0);
            else dropped[0] = (end + 1, to);
        }

        return taken;
    }

    private void NoteRefused(SpoolUnavailableException refusal)
    {
        Metrics.Update(counts => counts with { Refused = counts.Refused + 1 });
        var now = time.GetUtcNow();
        refused = ((refused?.Count ?? 0) + 1, refused?.From ?? now, now, SpoolErrors.ReasonOf(refusal));
    }

    /// <summary>After the fact, so that a record never speaks of documents that are still there or may still be taken.</summary>
    private void ReportLosses()
    {
        if (unreported is { } gap)
        {
            Write(new GapEvent { Timestamp = time.GetUtcNow(), Origin = origin, From = gap.From, To = gap.To, Reason = gap.Reason }, SpoolFrameKinds.Own);
            unreported = null;
        }

        if (refused is { } none && options.Class == StreamClass.Audit)
        {
            var duration = (none.To - none.From).Ticks * TimeSpan.NanosecondsPerTick;
            Write(new RefusalEvent { Timestamp = none.From, Origin = origin, Count = none.Count, Duration = duration, Reason = none.Reason }, SpoolFrameKinds.Own);
            refused = null;
        }
    }
}
