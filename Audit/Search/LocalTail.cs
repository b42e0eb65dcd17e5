using System.Runtime.CompilerServices;
using Coral.Audit.Spool;

namespace Coral.Audit.Search;

/// <summary>Follows a spool while it is written, over the ends of its segments and over what the ring lets go of.</summary>
internal sealed class LocalTail(string directory, LocalSearch search, TimeProvider time, Action? unreadable, Action<ulong>? lost)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    public async IAsyncEnumerable<AuditRecord> FollowAsync(AuditQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        // Where the past ends is settled first: what is written meanwhile is found by following.
        var last = LastSequence();
        var past = new Stack<AuditRecord>();
        await foreach (var item in search.SearchAsync(query, cancel))
        {
            if (past.Count >= query.Limit) break;
            if (item.Record is not null && item.Sequence <= last) past.Push(item.Record);
        }

        while (past.TryPop(out var record)) yield return record;
        var filter = new DocumentFilter(query);
        var missing = 0UL;
        using var cursor = new SpoolCursor(directory, last);
        while (true)
        {
            while (cursor.TryRead(out var frame))
            {
                cancel.ThrowIfCancellationRequested();
                if (cursor.Missing > missing) lost?.Invoke(cursor.Missing - missing);
                missing = cursor.Missing;
                var record = filter.Match(frame.Document, out var isUnreadable);
                if (isUnreadable) unreadable?.Invoke();
                if (record is not null) yield return record;
            }

            await Task.Delay(Interval, time, cancel);
        }
    }

    private ulong LastSequence()
    {
        foreach (var segment in Segment.List(directory).AsEnumerable().Reverse())
        {
            try
            {
                var scan = SegmentScan.Read(segment.Path);
                if (scan.Frames.Count > 0) return scan[scan.Frames.Count - 1].Sequence;
            }
            catch (FileNotFoundException)
            {
                // The ring let go of it; the ones before it have gone already.
            }
        }

        return 0;
    }
}
