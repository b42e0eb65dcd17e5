using System.Text.Json;
using Coral.Audit.Spool;

namespace Coral.Audit.Tests.Spool;

public sealed class RetentionTests
{
    [Fact]
    public async Task A_ring_lets_go_of_the_oldest_and_says_so()
    {
        using var work = new Workspace();
        await using var spool = work.Open(options => options with { MaxBytes = 64 * 1024, SegmentBytes = 1024 * 1024 });
        for (var i = 1; i <= 500; i++) spool.Append(Samples.Decision(i));
        await Wait.Until(() => spool.Bytes <= 64 * 1024 && Gaps(work).Count > 0, "the ring is small again");
        var counts = spool.Metrics.Counts;
        Assert.Equal(counts.Accepted, counts.Expired + counts.Pending);
        var first = work.Read()[0].Sequence;
        Assert.Equal((long)first - 1, counts.Expired);
        var gaps = Gaps(work);
        Assert.Equal("max-bytes", gaps[^1].GetProperty("event").GetProperty("reason").GetString());
        Assert.Equal(first - 1, gaps[^1].GetProperty("coral").GetProperty("gap").GetProperty("to").GetUInt64());
    }

    [Fact]
    public async Task A_ring_lets_go_by_age_even_when_it_is_idle()
    {
        using var work = new Workspace();
        await using var spool = work.Open();
        spool.Append(Samples.Decision(1));
        for (var day = 0; day < 9; day++)
        {
            work.Clock.Advance(TimeSpan.FromDays(1));
            await Wait.Until(() => spool.SyncedSequence == spool.LastSequence, "the spool is at rest");
        }

        await Wait.Until(() =>
        {
            work.Clock.Advance(TimeSpan.FromMinutes(1));
            return spool.Metrics.Counts.Expired == 1;
        }, "the document expired");
        await Wait.Until(() => Gaps(work).Count == 1, "the gap is told");
        Assert.Equal("max-age", Gaps(work)[0].GetProperty("event").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Unshipped_documents_stay_whatever_their_size_and_age()
    {
        using var work = new Workspace();
        await using var spool = work.Open(options => options with { HasShipper = true, MaxBytes = 1024 * 1024, SegmentBytes = 8 * 1024, Keep = TimeSpan.Zero });
        for (var i = 1; i <= 200; i++) spool.Append(Samples.Decision(i));
        work.Clock.Advance(TimeSpan.FromDays(30));
        await spool.AppendAsync(Samples.Decision(201), durable: true);
        Assert.Equal(201, work.Read().Count);
    }

    [Fact]
    public async Task Shipped_segments_go_after_their_time_and_not_before()
    {
        using var work = new Workspace();
        await using var spool = work.Open(options => options with { HasShipper = true, SegmentBytes = 8 * 1024 });
        for (var i = 1; i <= 100; i++) spool.Append(Samples.Decision(i));
        spool.Acknowledge(60);
        work.Clock.Advance(TimeSpan.FromHours(23));
        await spool.AppendAsync(Samples.Decision(101), durable: true);
        Assert.Equal(1ul, work.Read()[0].Sequence);
        await Wait.Until(() =>
        {
            work.Clock.Advance(TimeSpan.FromMinutes(10));
            return work.Read()[0].Sequence > 1;
        }, "shipped segments went");
        Assert.InRange(work.Read()[0].Sequence, 2ul, 61ul);
        Assert.Equal(0, spool.Metrics.Counts.Expired);
    }

    [Fact]
    public async Task A_ring_on_a_full_disk_makes_room_for_the_new()
    {
        using var work = new Workspace();
        var disk = new FailingDisk { DeletingHelps = true };
        await using var spool = work.Open(options => options with { Files = disk, SegmentBytes = 8 * 1024 });
        for (var i = 1; i <= 50; i++) spool.Append(Samples.Decision(i));
        disk.OnWrite = FailingDisk.Full;
        Assert.Equal(51ul, spool.Append(Samples.Decision(51)).Sequence);
        await Wait.Until(() => Gaps(work).Count == 1, "the gap is told");
        Assert.Equal("disk-full", Gaps(work)[0].GetProperty("event").GetProperty("reason").GetString());
    }

    private static List<JsonElement> Gaps(Workspace work) =>
        [.. work.Read().Where(frame => frame.Kinds.HasFlag(SpoolFrameKinds.Own)).Select(frame => JsonDocument.Parse(frame.Document).RootElement)];
}
