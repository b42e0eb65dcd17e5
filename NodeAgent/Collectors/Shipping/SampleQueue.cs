using Coral.Audit;
using Coral.Audit.Events;

namespace Coral.NodeAgent.Collectors.Shipping;

/// <summary>
/// Stands between the thread that reads the rings, which must not wait, and the spool's disk, which may. It holds so many bytes and no more: the oldest records go first, then the oldest sums, each counted.
/// Thread safe.
/// </summary>
internal sealed class SampleQueue(long mostBytes) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Queue<(AuditEvent Event, int Bytes)>[] queues = [new(), new()];
    private readonly SampleCounts[] counts = new SampleCounts[2];
    private readonly SemaphoreSlim some = new(0, 1);
    private long bytes;

    /// <summary>Bytes that wait.</summary>
    internal long Bytes
    {
        get
        {
            lock (gate) return bytes;
        }
    }

    internal SampleCounts Counts(SampleClass of)
    {
        lock (gate) return counts[(int)of];
    }

    /// <summary>Never waits and never refuses: what is oldest goes.</summary>
    internal void Add(AuditEvent e)
    {
        var size = SampleSize.Of(e);
        var of = ClassOf(e);
        lock (gate)
        {
            counts[(int)of] = counts[(int)of] with { Taken = counts[(int)of].Taken + 1 };
            queues[(int)of].Enqueue((e, size));
            bytes += size;
            while (bytes > mostBytes) DropOldest();
        }
    }

    /// <summary>Wakes who waits for more; called after a few were added rather than for each.</summary>
    internal void Tell()
    {
        lock (gate)
        {
            if (bytes > 0 && some.CurrentCount == 0) some.Release();
        }
    }

    /// <summary>Completes when there may be something.</summary>
    internal Task WaitAsync(CancellationToken cancellation) => some.WaitAsync(cancellation);

    /// <summary>Takes the oldest out, sums before records; null when there is nothing.</summary>
    internal AuditEvent? Take()
    {
        lock (gate)
        {
            foreach (var of in (ReadOnlySpan<SampleClass>)[SampleClass.Sum, SampleClass.Record])
            {
                if (!queues[(int)of].TryDequeue(out var next)) continue;
                bytes -= next.Bytes;
                return next.Event;
            }

            return null;
        }
    }

    /// <summary>What became of one that was taken out.</summary>
    internal void Count(AuditEvent e, bool written)
    {
        var of = (int)ClassOf(e);
        lock (gate) counts[of] = written ? counts[of] with { Written = counts[of].Written + 1 } : counts[of] with { Refused = counts[of].Refused + 1 };
    }

    /// <summary>One of those taken has no pod, though it has a container.</summary>
    internal void CountUnnamed(AuditEvent e)
    {
        var of = (int)ClassOf(e);
        lock (gate) counts[of] = counts[of] with { Unnamed = counts[of].Unnamed + 1 };
    }

    public void Dispose() => some.Dispose();

    private static SampleClass ClassOf(AuditEvent e) => e.Stream == AuditStream.NodeMetrics ? SampleClass.Sum : SampleClass.Record;

    private void DropOldest()
    {
        var of = queues[(int)SampleClass.Record].Count > 0 ? SampleClass.Record : SampleClass.Sum;
        bytes -= queues[(int)of].Dequeue().Bytes;
        counts[(int)of] = counts[(int)of] with { Dropped = counts[(int)of].Dropped + 1 };
    }
}
