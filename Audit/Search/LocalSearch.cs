using System.Runtime.CompilerServices;
using Coral.Audit.Spool;

namespace Coral.Audit.Search;

/// <summary>
/// Searches a spool's folder, also while it is written. There is no index: all segments that may hold something are read, on all processors, newest first. It takes a few segments' size of memory, whatever
/// the spool's. Thread safe.
/// </summary>
/// <param name="directory">The spool.</param>
/// <param name="unreadable">Called for each document that is none, damaged or deeper than any that we write: it is passed over.</param>
/// <param name="time">The clock of <see cref="FollowAsync"/>, or null for the system's.</param>
/// <param name="lost">Called by <see cref="FollowAsync"/> with the number of documents that were damaged or let go of before they could be read.</param>
public sealed class LocalSearch(string directory, Action? unreadable = null, TimeProvider? time = null, Action<ulong>? lost = null) : IAuditSearch
{
    private const int MostAtOnce = 8;

    /// <inheritdoc/>
    public async IAsyncEnumerable<AuditRecord> FindAsync(AuditQuery query, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var left = query.Limit;
        if (left <= 0) yield break;
        await foreach (var item in SearchAsync(query, cancel))
        {
            if (item.Record is null)
            {
                unreadable?.Invoke();
                continue;
            }

            yield return item.Record;
            if (--left == 0) yield break;
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<AuditRecord> FollowAsync(AuditQuery query, CancellationToken cancel = default) => new LocalTail(directory, this, time ?? TimeProvider.System, unreadable, lost).FollowAsync(query, cancel);

    /// <inheritdoc/>
    public Task<AuditNeighbours> NeighboursAsync(AuditRecord record, CancellationToken cancel = default) => Task.Run(
        () =>
        {
            if (record.Sequence is not { } number) return new AuditNeighbours(null, null);
            var around = SpoolReader.Open(directory).Forward(after: number - Math.Min(number, 2)).TakeWhile(frame => frame.Sequence <= number + 1);
            return AuditNeighbours.Of(record, [.. around.Select(frame => AuditRecord.Parse(frame.Document)).OfType<AuditRecord>()]);
        },
        cancel);

    /// <summary>All that is wanted and all that is no document, newest first.</summary>
    internal async IAsyncEnumerable<Found> SearchAsync(AuditQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (!Directory.Exists(directory)) throw SpoolReader.NoFolder(directory);
        var filter = new DocumentFilter(query);
        var segments = new Queue<Segment>(Candidates(query.Since));
        var running = new Queue<SegmentSearch>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            var bound = ulong.MaxValue;
            while (true)
            {
                // One more than there are processors, so that none waits while the oldest result is taken away.
                while (running.Count <= Math.Min(Environment.ProcessorCount, MostAtOnce) && segments.TryDequeue(out var segment)) running.Enqueue(SegmentSearch.Start(segment.Path, filter, stop.Token));
                if (!running.TryPeek(out var newest)) yield break;
                await foreach (var item in newest.Results.ReadAllAsync(cancel))
                    if (item.IsDeadLetter || item.Sequence < bound)
                        yield return item;
                bound = Math.Min(bound, await newest.Ended);
                running.Dequeue();
            }
        }
        finally
        {
            await stop.CancelAsync();
            foreach (var search in running) await search.Ended;
        }
    }

    /// <summary>The segments that may hold what happened since then, newest first: nothing is recorded before it happens.</summary>
    private IEnumerable<Segment> Candidates(DateTimeOffset? since)
    {
        var segments = Segment.List(directory);
        var closed = DateTimeOffset.MaxValue;
        for (var i = segments.Count - 1; i >= 0; i--)
        {
            var segment = segments[i];
            if (since is not null)
            {
                if (segment.Load() is not { } loaded) continue;
                var begun = loaded.Created;
                // Both ends, because a clock may have been set back in between.
                var isOlder = begun < since && closed < since;
                closed = begun;
                if (isOlder) continue;
            }

            yield return segment;
        }
    }
}
