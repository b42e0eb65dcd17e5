using System.Collections.Concurrent;
using Coral.Audit.Spool;

namespace Coral.Audit.Tests.Spool;

public sealed class SpoolRunningTests
{
    [Fact]
    public async Task Appends_from_many_threads_lose_and_double_nothing()
    {
        using var work = new Workspace();
        var receipts = new ConcurrentBag<AuditReceipt>();
        await using (var spool = work.Open(options => options with { SegmentBytes = 64 * 1024 }))
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
            {
                for (var i = 0; i < 250; i++) receipts.Add(await spool.AppendAsync(Samples.Decision((worker * 1000) + i), durable: i % 10 == 0));
            })));
        }

        var frames = work.Read();
        Assert.Equal(Enumerable.Range(1, 2000).Select(i => (ulong)i), frames.Select(frame => frame.Sequence));
        Assert.Equal(receipts.Select(receipt => receipt.Id).Order(StringComparer.Ordinal), frames.Select(frame => frame.Id));
        Assert.True(work.Segments.Length > 5);
    }

    [Fact]
    public async Task A_reader_follows_a_writer_over_many_segments()
    {
        using var work = new Workspace();
        await using var spool = work.Open(options => options with { SegmentBytes = 8 * 1024 });
        var reading = Task.Run(async () =>
        {
            var seen = new List<ulong>();
            using var cursor = new SpoolCursor(work.Spool, 0);
            await Wait.Until(() =>
            {
                while (cursor.TryRead(out var frame)) seen.Add(frame.Sequence);
                return seen.Count >= 1000;
            }, "the reader has seen all");
            Assert.Equal(0ul, cursor.Missing);
            return seen;
        });
        for (var i = 1; i <= 1000; i++) spool.Append(Samples.Decision(i));
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => (ulong)i), await reading);
    }

    [Fact]
    public async Task A_document_can_be_read_as_soon_as_the_append_returns()
    {
        using var work = new Workspace();
        await using var spool = work.Open();
        for (var i = 1; i <= 20; i++)
        {
            spool.Append(Samples.Decision(i));
            Assert.Equal(i, work.Read().Count);
        }
    }

    [Fact]
    public async Task The_sync_comes_after_the_interval_and_not_before()
    {
        using var work = new Workspace();
        await using var spool = work.Open();
        spool.Append(Samples.Decision(1));
        Assert.Equal(0ul, spool.SyncedSequence);
        work.Clock.Advance(TimeSpan.FromMilliseconds(5));
        await Wait.Until(() => spool.SyncedSequence == 1, "the interval's sync is done");
    }

    [Fact]
    public async Task A_durable_append_completes_after_its_sync_without_the_clock()
    {
        using var work = new Workspace();
        await using var spool = work.Open(options => options with { Sync = SpoolSync.Always });
        var receipt = await spool.AppendAsync(Samples.Decision(1));
        Assert.True(spool.SyncedSequence >= receipt.Sequence);
    }

    [Fact]
    public async Task A_durable_append_that_comes_during_the_sync_of_others_waits_for_its_own()
    {
        using var work = new Workspace();
        var disk = new SlowDisk();
        await using var spool = work.Open(options => options with { Files = disk });
        disk.Hold();
        spool.Append(Samples.Decision(1));
        work.Clock.Advance(TimeSpan.FromMilliseconds(5));
        await Wait.Until(() => disk.AtWork, "the first is being synced");
        var durable = spool.AppendAsync(Samples.Decision(2), durable: true).AsTask();
        disk.LetOneGo();
        await Wait.Until(() => durable.IsCompleted || (spool.SyncedSequence == 1 && disk.AtWork), "the second is being synced");
        var early = durable.IsCompleted;
        disk.LetGo();
        await durable;
        Assert.False(early);
        Assert.Equal(2ul, spool.SyncedSequence);
    }

    [Fact]
    public async Task Closing_syncs_what_is_left()
    {
        using var work = new Workspace();
        var disk = new FailingDisk();
        await work.Fill(3, options => options with { Files = disk });
        Assert.True(disk.Syncs > 0);
        Assert.Throws<ObjectDisposedException>(() =>
        {
            var spool = work.Open();
            spool.DisposeAsync().AsTask().Wait();
            spool.Append(Samples.Decision(1));
        });
    }
}
