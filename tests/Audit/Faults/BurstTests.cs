using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Coral.Testing.Search;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Audit.Tests.Faults;

/// <summary>More than the server takes.</summary>
[Collection(nameof(BurstTests))]
public sealed class BurstTests
{
    private const int Usual = 100;
    private const int Burst = 10 * Usual;
    private const int Ticks = 60;

    [Fact]
    public async Task Case_24_a_burst_of_ten_times_the_load_waits_on_the_disk_and_not_in_memory_and_is_shipped_when_it_is_over()
    {
        using var work = new Workspace();
        await using var server = await SearchStandIn.StartAsync();
        // One batch a tick is what it takes.
        using var turns = new SemaphoreSlim(0);
        server.BeforeBulk = turns.WaitAsync;
        await using var spool = AuditSpool.Open(work.Options with { HasShipper = true, Files = new Spool.CarelessDisk() }, TimeProvider.System, NullLogger.Instance);
        using var shipper = new AuditShipper(spool, new ShipperOptions { Url = server.Url, Requests = 4, BatchDocuments = Usual, Linger = TimeSpan.FromMilliseconds(1), RequestTimeout = TimeSpan.FromHours(1) }, TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var old = TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1);
        var accepted = 0;

        void Append(int count)
        {
            for (var i = 0; i < count; i++) spool.Append(Samples.Full(++accepted) with { Timestamp = old });
        }

        Append(Usual);
        turns.Release();
        var running = shipper.RunAsync(stop.Token);
        await Wait.Until(() => spool.Metrics.Counts.Pending == 0, "the usual load is shipped");
        Assert.Equal(TimeSpan.Zero, shipper.OldestPending);

        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var tick = 0; tick < Ticks; tick++)
        {
            Append(Burst);
            turns.Release();
        }

        await Wait.Until(() => turns.CurrentCount == 0, "the server takes what it can", () => $"{spool.Metrics.Counts}");
        // Batches of the first tick may have been small.
        Assert.InRange(spool.Metrics.Counts.Pending, Ticks * (Burst - Usual), Ticks * Burst);
        // What waits is several times as much.
        Assert.InRange(spool.Bytes, 128L * 1024 * 1024, long.MaxValue);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64L * 1024 * 1024);
        Assert.InRange(shipper.OldestPending, TimeSpan.FromHours(1), TimeSpan.MaxValue);

        turns.Release(Ticks * Burst);
        await Wait.Until(() => spool.Metrics.Counts.Pending == 0, "the backlog is shipped", () => $"{spool.Metrics.Counts}", patience: 2);
        Assert.Equal(TimeSpan.Zero, shipper.OldestPending);
        await stop.CancelAsync();
        await running;
        var counts = spool.Metrics.Counts;
        Assert.Equal((accepted, accepted, 0, 0), (counts.Accepted, counts.Indexed, counts.Duplicate, counts.Ambiguous));
        Assert.Equal(accepted, server.Stored.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(accepted, server.Stored.Count);
    }
}

/// <summary>Alone, because the memory of the whole process is measured.</summary>
[CollectionDefinition(nameof(BurstTests), DisableParallelization = true)]
public sealed class BurstTestsCollection;
