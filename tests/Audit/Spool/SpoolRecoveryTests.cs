using System.Text;
using Coral.Audit.Spool;

namespace Coral.Audit.Tests.Spool;

public sealed class SpoolRecoveryTests
{
    [Fact]
    public async Task A_restart_continues_the_sequence_in_a_new_segment_and_a_new_epoch()
    {
        using var work = new Workspace();
        await work.Fill(3);
        await using var spool = work.Open();
        var receipt = spool.Append(Samples.Decision(4));
        Assert.Equal((4ul, 2u, Workspace.Writer), (receipt.Sequence, receipt.Epoch, receipt.Writer));
        Assert.Equal(2, work.Segments.Length);
        Assert.Equal([1ul, 2, 3, 4], work.Read().Select(frame => frame.Sequence));
        Assert.Equal((3, 4, 4), (spool.Metrics.Counts.Recovered, spool.Metrics.Counts.Accepted, spool.Metrics.Counts.Pending));
    }

    [Fact]
    public async Task Restarts_without_documents_leave_nothing_behind()
    {
        using var work = new Workspace();
        for (var i = 0; i < 5; i++) await work.Fill(0);
        await using var spool = work.Open();
        Assert.Single(work.Segments);
        Assert.Equal(6u, spool.Append(Samples.Decision(1)).Epoch);
        Assert.Equal(1ul, spool.LastSequence);
    }

    [Fact]
    public async Task A_frame_torn_at_any_byte_is_cut_off_and_the_ones_before_it_stay()
    {
        using var work = new Workspace();
        await work.Fill(2);
        var whole = File.ReadAllBytes(work.OnlySegment);
        var second = SegmentScan.Read(work.OnlySegment).Frames[1].Offset;
        for (var length = second; length < whole.Length; length++)
        {
            var scan = SegmentScan.Of(whole.AsMemory(0, length));
            Assert.Equal((1, second, length == second ? 0 : 1), (scan.Frames.Count, (int)scan.End, scan.Damaged));
            // Files cost a thousand times more than memory.
            if (length % 60 != 0 && length > second + 24 && length < whole.Length - 5) continue;
            using var torn = new Workspace();
            File.WriteAllBytes(Path.Combine(torn.Spool, Path.GetFileName(work.OnlySegment)), whole[..length]);
            Assert.Equal(1ul, Assert.Single(torn.Read()).Sequence);
            await using var spool = torn.Open(options => options with { Files = new CarelessDisk() });
            Assert.Equal(length == second ? 0 : 1, spool.Metrics.Counts.Truncated);
            Assert.Equal(2ul, spool.Append(Samples.Decision(9)).Sequence);
            Assert.Equal([1ul, 2], torn.Read().Select(frame => frame.Sequence));
        }
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xff)]
    [InlineData(0x20)]
    public async Task A_tail_of_rubbish_is_cut_off(byte rubbish)
    {
        using var work = new Workspace();
        await work.Fill(2);
        await using (var file = new FileStream(work.OnlySegment, FileMode.Append)) file.Write(Enumerable.Repeat(rubbish, 5000).ToArray());
        Assert.Equal([1ul, 2], work.Read().Select(frame => frame.Sequence));
        await using var spool = work.Open();
        Assert.Equal(1, spool.Metrics.Counts.Truncated);
        Assert.Equal(3ul, spool.Append(Samples.Decision(3)).Sequence);
        Assert.Equal([1ul, 2, 3], work.Read().Select(frame => frame.Sequence));
    }

    [Fact]
    public async Task A_flipped_bit_costs_one_document_and_none_behind_it()
    {
        using var work = new Workspace();
        await work.Fill(5);
        var whole = File.ReadAllBytes(work.OnlySegment);
        var (offset, length) = SegmentScan.Read(work.OnlySegment).Frames[2];
        for (var at = offset; at < offset + length; at++)
        {
            // Every byte of the frame's head and tail, and some of the document.
            if (at > offset + 90 && at < offset + length - 8 && at % 60 != 0) continue;
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x40;
            File.WriteAllBytes(work.OnlySegment, damaged);
            Assert.Equal([1ul, 2, 4, 5], work.Read().Select(frame => frame.Sequence));
        }

        await using var spool = work.Open();
        Assert.Equal(6ul, spool.Append(Samples.Decision(6)).Sequence);
        Assert.Equal([6ul, 5, 4, 2, 1], SpoolReader.Open(work.Spool).Backward().Select(frame => frame.Sequence));
    }

    [Fact]
    public async Task A_damaged_header_hides_no_document()
    {
        using var work = new Workspace();
        await work.Fill(3);
        var bytes = File.ReadAllBytes(work.OnlySegment);
        bytes.AsSpan(0, 40).Fill(0xee);
        File.WriteAllBytes(work.OnlySegment, bytes);
        Assert.Equal([1ul, 2, 3], work.Read().Select(frame => frame.Sequence));
        await using var spool = work.Open();
        Assert.Equal(4ul, spool.Append(Samples.Decision(4)).Sequence);
    }

    [Fact]
    public async Task A_lost_writer_file_gives_a_new_writer_and_so_new_ids()
    {
        using var work = new Workspace();
        await work.Fill(1);
        File.WriteAllText(Path.Combine(work.Spool, "writer"), "rubbish");
        await using var spool = work.Open(options => options with { NewWriter = 77 });
        var receipt = spool.Append(Samples.Decision(2));
        Assert.Equal((77ul, 1u, 2ul), (receipt.Writer, receipt.Epoch, receipt.Sequence));
    }

    [Fact]
    public async Task A_checkpoint_ahead_of_the_segments_never_swallows_new_documents()
    {
        using var work = new Workspace();
        await using (var spool = work.Open())
        {
            spool.Append(Samples.Decision(1));
            spool.Acknowledge(10);
        }

        await using var again = work.Open();
        Assert.Equal(11ul, again.Append(Samples.Decision(2)).Sequence);
        Assert.Equal(1, again.Metrics.Counts.Pending);
    }

    [Fact]
    public async Task A_torn_checkpoint_slot_leaves_the_one_before_it()
    {
        using var work = new Workspace();
        await using (var spool = work.Open())
        {
            for (var i = 1; i <= 3; i++) spool.Append(Samples.Decision(i));
            spool.Acknowledge(1);
            spool.Acknowledge(2);
        }

        var path = Path.Combine(work.Spool, "checkpoint");
        var bytes = File.ReadAllBytes(path);
        // Generation 2 stands in the first slot.
        bytes[16]++;
        File.WriteAllBytes(path, bytes);
        await using var again = work.Open();
        Assert.Equal(1ul, again.ShippedSequence);
        Assert.Equal(2, again.Metrics.Counts.Pending);
    }

    [Fact]
    public async Task A_second_process_is_refused_and_told_by_whom()
    {
        using var work = new Workspace();
        await using var spool = work.Open();
        var error = Assert.Throws<SpoolUnavailableException>(() => work.Open());
        Assert.Contains($"in use by process {Environment.ProcessId}", error.Message);
    }

    [Fact]
    public async Task The_cluster_id_stays_with_the_folder()
    {
        using var work = new Workspace();
        string id;
        await using (var spool = work.Open()) id = spool.ClusterId;
        Assert.True(Guid.TryParse(id, out _));
        await using var again = work.Open();
        Assert.Equal(id, again.ClusterId);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_one_clear_line()
    {
        using var work = new Workspace();
        var file = Path.Combine(work.Spool, "file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<SpoolUnavailableException>(() => work.Open(options => options with { Directory = Path.Combine(file, "spool") }));
        Assert.DoesNotContain('\n', error.Message);
        Assert.Contains(file, error.Message);
    }

    [Fact]
    public async Task A_dead_spool_can_be_read_without_its_writer()
    {
        using var work = new Workspace();
        await work.Fill(3);
        Directory.GetFiles(work.Spool).Where(path => !path.EndsWith(".seg", StringComparison.Ordinal)).ToList().ForEach(File.Delete);
        Assert.Equal([1ul, 2, 3], work.Read().Select(frame => frame.Sequence));
        Assert.Contains("web-3", Encoding.UTF8.GetString(work.Read()[2].Document.Span));
    }
}
