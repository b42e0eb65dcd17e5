using Coral.Audit.Spool;
using Coral.Audit.Tests.Shipping;

namespace Coral.Audit.Tests.Faults;

/// <summary>What must be true after every fault, once all is settled (research/audit-pipeline.md §7).</summary>
internal static class Oracle
{
    /// <summary>
    /// Everything that the test saw accepted is in the server or in the dead letters, once over all backing indices and not in both; nothing else of this writer is; the counters of this life agree; and the
    /// order of writing can be told from the documents alone.
    /// </summary>
    public static void Check(ShippingScene scene)
    {
        var stored = scene.Server.Indices.SelectMany(index => index.Documents).Where(document => DocumentId.Parse(document.Key)?.Writer == scene.Writer).ToList();
        string[] ids = [.. stored.Select(document => document.Key)];
        string[] dead = [.. scene.DeadLetters.Select(frame => frame.Id)];
        Assert.Empty(ids.GroupBy(id => id).Where(group => group.Count() > 1).Select(group => $"{group.Key} stands {group.Count()} times"));
        Assert.Empty(ids.Intersect(dead).Select(id => $"{id} is stored and a dead letter"));
        Assert.Equal(scene.Accepted.Order(StringComparer.Ordinal), ids.Concat(dead).Order(StringComparer.Ordinal));

        var counts = scene.Counts;
        Assert.Equal(counts.Accepted, counts.Indexed + counts.Duplicate + counts.DeadLetter + counts.Expired + counts.Dropped + counts.Corrupt + counts.Pending);
        Assert.Equal(0, counts.Pending);
        Assert.Equal(scene.Spool.LastSequence, scene.Spool.ShippedSequence);

        var told = stored.Select(document => (document.Key, Sequence: document.Value.GetProperty("event").GetProperty("sequence").GetUInt64()));
        var order = told.Concat(scene.DeadLetters.Select(frame => (frame.Id, frame.Sequence))).OrderBy(document => document.Sequence).ToList();
        Assert.Equal(scene.Accepted, order.Select(document => document.Item1));
        Assert.Equal(Enumerable.Range(1, order.Count).Select(number => (ulong)number), order.Select(document => document.Sequence));
    }
}
