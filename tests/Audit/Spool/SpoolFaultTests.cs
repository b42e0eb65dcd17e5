using System.Text;
using System.Text.Json;
using Coral.Audit.Spool;

namespace Coral.Audit.Tests.Spool;

public sealed class SpoolFaultTests
{
    [Fact]
    public async Task A_full_disk_refuses_the_document_and_takes_the_next_one_when_there_is_space()
    {
        using var work = new Workspace();
        var disk = new FailingDisk();
        await using var spool = work.Open(options => options with { Files = disk });
        spool.Append(Samples.Decision(1));
        disk.OnWrite = FailingDisk.Full;
        var error = Assert.Throws<SpoolUnavailableException>(() => spool.Append(Samples.Decision(2)));
        Assert.Contains("the disk is full", error.Message);
        Assert.Equal(1, spool.Metrics.Counts.Accepted);
        disk.OnWrite = null;
        Assert.Equal(2ul, spool.Append(Samples.Decision(3)).Sequence);
        // What was refused is told in between, by the spool itself.
        Assert.Equal([1ul, 2], work.Read().Where(frame => frame.Kinds == SpoolFrameKinds.None).Select(frame => frame.Sequence));
    }

    [Fact]
    public async Task A_write_error_of_another_kind_moves_to_a_new_file()
    {
        using var work = new Workspace();
        var disk = new FailingDisk();
        await using var spool = work.Open(options => options with { Files = disk });
        spool.Append(Samples.Decision(1));
        disk.OnWrite = new IOException("Input/output error", 5);
        Assert.Throws<SpoolUnavailableException>(() => spool.Append(Samples.Decision(2)));
        disk.OnWrite = null;
        spool.Append(Samples.Decision(3));
        Assert.Equal(2, work.Segments.Length);
        // What was refused is told in between, by the spool itself.
        Assert.Equal([1ul, 2], work.Read().Where(frame => frame.Kinds == SpoolFrameKinds.None).Select(frame => frame.Sequence));
    }

    [Fact]
    public async Task After_a_failed_sync_the_documents_are_written_again_into_a_new_file()
    {
        using var work = new Workspace();
        var disk = new FailingDisk();
        using var live = new SpoolCursor(work.Spool, 0);
        await using (var spool = work.Open(options => options with { Files = disk }))
        {
            await spool.AppendAsync(Samples.Decision(1), durable: true);
            Assert.True(live.TryRead(out _));
            spool.Append(Samples.Decision(2));
            Assert.True(live.TryRead(out _));
            disk.FailingSyncs = 1;
            var third = await spool.AppendAsync(Samples.Decision(3), durable: true);
            Assert.Equal(3ul, spool.SyncedSequence);
            Assert.Equal(3ul, third.Sequence);
            Assert.Equal(2, work.Segments.Length);
            Assert.Equal([2ul, 3], SegmentScan.Read(work.Segments[1]).Frames.Select((_, i) => SegmentScan.Read(work.Segments[1])[i].Sequence));
            spool.Append(Samples.Decision(4));
            Assert.True(live.TryRead(out var frame));
            Assert.Equal(3ul, frame.Sequence);
            Assert.True(live.TryRead(out frame));
            Assert.Equal((4ul, 0ul), (frame.Sequence, live.Missing));
        }

        Assert.Equal([1ul, 2, 3, 4], work.Read().Select(frame => frame.Sequence));
        Assert.Equal([4ul, 3, 2, 1], SpoolReader.Open(work.Spool).Backward().Select(frame => frame.Sequence));
    }

    [Fact]
    public async Task What_was_written_behind_a_rescued_segment_is_there_after_a_restart()
    {
        using var work = new Workspace();
        var disk = new FailingDisk();
        await using (var spool = work.Open(options => options with { Files = disk, SegmentBytes = 4096 }))
        {
            // Read first at a restart: then there is memory for all of the segments behind it.
            await spool.AppendAsync(Samples.Full(1) with { Request = Encoding.UTF8.GetBytes($"\"{new string('x', 20_000)}\"") }, durable: true);
            await spool.AppendAsync(Samples.Decision(2), durable: true);
            disk.FailingSyncs = 1;
            await spool.AppendAsync(Samples.Decision(3), durable: true);
            // One into the rescued segment, and one into the next, whose head says that the one before it was not synced yet.
            spool.Append(Samples.Decision(4));
            spool.Append(Samples.Decision(5));
            Assert.Equal(["00000000000000000001", "00000000000000000002", "00000000000000000003", "00000000000000000005"], work.Segments.Select(Path.GetFileNameWithoutExtension));
        }

        await using (work.Open())
        {
        }

        Assert.Equal([1ul, 2, 3, 4, 5], work.Read().Select(frame => frame.Sequence));
    }

    [Fact]
    public async Task A_live_reader_follows_when_its_very_file_is_replaced()
    {
        using var work = new Workspace();
        var disk = new FailingDisk();
        await using var spool = work.Open(options => options with { Files = disk });
        using var live = new SpoolCursor(work.Spool, 0);
        // Set before the first frame: the spool's own tidying at its start may sync at any moment, and a frame that is synced stays where it is.
        disk.FailingSyncs = 1;
        spool.Append(Samples.Decision(1));
        Assert.True(live.TryRead(out _));
        await spool.AppendAsync(Samples.Decision(2), durable: true);
        Assert.Single(work.Segments);
        spool.Append(Samples.Decision(3));
        Assert.True(live.TryRead(out var frame) && frame.Sequence == 2);
        Assert.True(live.TryRead(out frame) && frame.Sequence == 3);
        Assert.False(live.TryRead(out _));
        Assert.Equal(0ul, live.Missing);
    }

    [Fact]
    public async Task While_no_sync_succeeds_documents_are_refused_and_later_all_accepted_ones_are_there()
    {
        using var work = new Workspace();
        var disk = new FailingDisk();
        await using (var spool = work.Open(options => options with { Files = disk }))
        {
            spool.Append(Samples.Decision(1));
            disk.FailingSyncs = int.MaxValue;
            await Assert.ThrowsAsync<SpoolUnavailableException>(async () => await spool.AppendAsync(Samples.Decision(2), durable: true));
            var error = Assert.Throws<SpoolUnavailableException>(() => spool.Append(Samples.Decision(3)));
            Assert.Contains("Input/output error", error.Message);
            disk.FailingSyncs = 0;
            work.Clock.Advance(TimeSpan.FromSeconds(1));
            await Wait.Until(() => spool.SyncedSequence == spool.LastSequence, "the rescue was tried again");
            Assert.Equal(spool.Metrics.Counts.Accepted + 1, (long)spool.Append(Samples.Decision(4)).Sequence);
        }

        // The last one says what was refused.
        var frames = work.Read();
        Assert.Equal(Enumerable.Range(1, frames.Count).Select(i => (ulong)i), frames.Select(frame => frame.Sequence));
        Assert.Equal(frames.Count - 1, frames.FindIndex(frame => frame.Kinds.HasFlag(SpoolFrameKinds.Own)));
    }

    [Fact]
    public async Task While_a_sync_does_not_end_a_bounded_number_of_bytes_is_taken_and_then_documents_are_refused()
    {
        using var work = new Workspace();
        var disk = new SlowDisk();
        await using var spool = work.Open(options => options with { Files = disk });
        disk.Hold();
        spool.Append(Samples.Decision(1));
        work.Clock.Advance(TimeSpan.FromMilliseconds(5));
        await Wait.Until(() => disk.AtWork, "the sync does not end");
        var document = Samples.Full(2) with { Request = Encoding.UTF8.GetBytes($"\"{new string('x', 50_000)}\"") };
        var before = (spool.Bytes, GC.GetAllocatedBytesForCurrentThread());
        var accepted = 1;
        var fill = void () =>
        {
            for (; ; accepted++) spool.Append(document);
        };
        var error = Assert.Throws<SpoolUnavailableException>(fill);
        var (bytes, memory) = (spool.Bytes - before.Bytes, GC.GetAllocatedBytesForCurrentThread() - before.Item2);
        disk.LetGo();
        Assert.Contains("the disk does not finish syncing", error.Message);
        Assert.InRange(bytes, AuditSpool.MaxUnsyncedBytes, AuditSpool.MaxUnsyncedBytes + 100_000);
        Assert.InRange(memory, bytes, bytes + (2 * FrameChunks.ChunkBytes));
        await Wait.Until(() => spool.SyncedSequence == spool.LastSequence, "the disk works again");
        Assert.Equal(accepted, work.Read().Count(frame => frame.Kinds == SpoolFrameKinds.None));
        spool.Append(document);
    }

    [Fact]
    public async Task More_than_a_piece_of_memory_is_written_again_after_a_failed_sync_whole_and_in_order()
    {
        using var work = new Workspace();
        var disk = new SlowDisk();
        await using var spool = work.Open(options => options with { Files = disk });
        disk.Hold();
        spool.Append(Samples.Decision(1));
        work.Clock.Advance(TimeSpan.FromMilliseconds(5));
        await Wait.Until(() => disk.AtWork, "the first is being synced");
        // From smaller than the least piece to larger than the largest.
        foreach (var size in new[] { 70_000, 10, 600_000, 700_000, 3_000_000, 10, 1_100_000, 10 }) spool.Append(Samples.Full(1) with { Warnings = [new string('x', size)] });
        Assert.True(spool.Bytes > 5_400_000);
        disk.Fails = true;
        disk.LetGo();
        await Wait.Until(() => spool.SyncedSequence == 9, "all are written again");
        var scan = SegmentScan.Read(work.OnlySegment);
        Assert.Equal(0, scan.Damaged);
        Assert.Equal(Enumerable.Range(1, 9).Select(i => (ulong)i), scan.Frames.Select((_, i) => scan[i].Sequence));
        Assert.All(scan.Frames.Select((_, i) => scan[i].Document), document => Assert.Equal(JsonValueKind.Object, JsonElement.Parse(document.Span).ValueKind));
        Assert.False(disk.Fails);
    }
}
