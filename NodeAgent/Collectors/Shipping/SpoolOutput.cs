using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using Coral.Audit.Spool;
using Coral.NodeAgent.Collectors.Groups;
using Coral.NodeAgent.Collectors.Running;

namespace Coral.NodeAgent.Collectors.Shipping;

/// <summary>
/// Puts documents of collectors into the spool of samples, from a thread of its own. What was lost on the way there is a document too, after each window in which something was handed over.
/// </summary>
internal sealed class SpoolOutput : ICollectorOutput, IAsyncDisposable
{
    /// <summary>What may wait for the disk, where nothing else is asked for: half a second of 20 000 records a second.</summary>
    internal const long DefaultBytes = 8 * 1024 * 1024;

    private readonly AuditSpool spool;
    private readonly AuditOrigin origin;
    private readonly Action<string> say;
    private readonly TimeProvider time;
    private readonly SampleCounts[] told = new SampleCounts[2];
    private readonly CancellationTokenSource stop = new();
    private readonly Task writing;
    private long toldAt;
    private bool isRefused;

    /// <param name="spool">Of samples; it stays the caller's.</param>
    /// <param name="origin">In whose name accounts are written.</param>
    /// <param name="mostBytes">How much may wait.</param>
    /// <param name="say">Takes a line for people.</param>
    /// <param name="time">The clock.</param>
    internal SpoolOutput(AuditSpool spool, AuditOrigin origin, long mostBytes, Action<string> say, TimeProvider time)
    {
        (this.spool, this.origin, this.say, this.time) = (spool, origin, say, time);
        Queue = new SampleQueue(mostBytes);
        toldAt = time.GetTimestamp();
        writing = Task.Run(WriteAsync);
    }

    /// <summary>What waits, and the counts.</summary>
    internal SampleQueue Queue { get; }

    public void Take(AuditEvent e, ControlGroup? group)
    {
        Queue.Add(e);
        if (e is KernelEvent { Workload: { ContainerId: not null, Pod: null } }) Queue.CountUnnamed(e);
    }

    public void Flush()
    {
        if (time.GetElapsedTime(toldAt) >= EngineOptions.DefaultWindow) Tell();
        Queue.Tell();
    }

    /// <summary>Writes what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await writing;
        // All that was taken is written or lost now: the last account closes.
        Tell();
        Empty();
        Queue.Dispose();
        stop.Dispose();
    }

    private void Tell()
    {
        var window = (long)time.GetElapsedTime(toldAt).TotalNanoseconds;
        toldAt = time.GetTimestamp();
        foreach (var of in (ReadOnlySpan<SampleClass>)[SampleClass.Record, SampleClass.Sum])
        {
            var now = Queue.Counts(of);
            var gained = now - told[(int)of];
            told[(int)of] = now;
            if (gained == default) continue;
            Queue.Add(new ShippingAccountEvent
            {
                Timestamp = time.GetUtcNow(),
                Origin = origin,
                WindowNanoseconds = window,
                OfRecords = of == SampleClass.Record,
                Taken = gained.Taken,
                Written = gained.Written,
                Dropped = gained.Dropped,
                Refused = gained.Refused,
                Unnamed = gained.Unnamed,
                Waiting = now.Waiting,
            });
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                await Queue.WaitAsync(stop.Token);
                Empty();
            }
        }
        catch (OperationCanceledException)
        {
            Empty();
        }
    }

    private void Empty()
    {
        while (Queue.Take() is { } next) Queue.Count(next, Write(next));
    }

    private bool Write(AuditEvent e)
    {
        try
        {
            spool.Append(e);
            isRefused = false;
            return true;
        }
        catch (SpoolUnavailableException failure)
        {
            // Once: the number is in the counts.
            if (!isRefused) say($"documents of collectors are lost: {failure.Message}");
            isRefused = true;
            return false;
        }
    }
}
