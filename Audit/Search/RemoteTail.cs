using System.Runtime.CompilerServices;

namespace Coral.Audit.Search;

/// <summary>
/// Follows a search server by asking again and again for what it did not have before. Documents come out of order: several writers ship to it, each with a delay, and what is stored can be found some seconds
/// later. So each question goes back some time and leaves out what was seen. Not thread safe.
/// </summary>
internal sealed class RemoteTail(RemoteSearch search, TimeProvider time)
{
    /// <summary>What the server gets later than this after it happened is not shown.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>So many ids go into a question.</summary>
    private const int MostKnown = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>What was shown and may be found again, by time.</summary>
    private readonly SortedSet<(DateTimeOffset Time, string Id)> known = [];

    public async IAsyncEnumerable<AuditRecord> FollowAsync(AuditQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        var past = await search.FindAsync(query, cancel).ToListAsync(cancel);
        // Whoever asks for the last ten does not want the eleventh as the first new one.
        DateTimeOffset? since = past.Count < query.Limit ? null : past[^1].Timestamp;
        foreach (var record in past.AsEnumerable().Reverse())
        {
            known.Add((record.Timestamp, record.DocumentId));
            yield return record;
        }

        while (true)
        {
            since = Forget(since);
            await Task.Delay(Interval, time, cancel);
            await foreach (var record in search.PagesAsync(SearchBody.FilterNew(query, since, known.Select(seen => seen.Id)), int.MaxValue, newestFirst: false, cancel))
                if (known.Add((record.Timestamp, record.DocumentId)))
                    yield return record;
        }
    }

    /// <summary>Forgets what is older than the window, and returns from when on to ask.</summary>
    private DateTimeOffset? Forget(DateTimeOffset? since)
    {
        if (known.Count == 0) return since;
        // A writer whose clock is ahead does not end the others' time.
        var newest = known.Max.Time < time.GetUtcNow() ? known.Max.Time : time.GetUtcNow();
        if (!(since > newest - Window)) since = newest - Window;
        while (known.Count > MostKnown)
        {
            // The server's times have no smaller steps.
            since = known.Min.Time.AddMilliseconds(1);
            known.Remove(known.Min);
        }

        known.RemoveWhere(seen => seen.Time < since);
        return since;
    }
}
