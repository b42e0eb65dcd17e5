using Coral.Audit.Spool;
using Coral.Audit.Tests.Shipping;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Audit.Tests.Faults;

/// <summary>Bytes that are not what was written: each costs the document that it stands in, and is counted.</summary>
public sealed class DamageTests
{
    /// <summary>How many documents a segment gets here.</summary>
    private const int Together = 3;

    private const int Segments = 500;

    [Fact]
    public async Task Case_17_any_bit_of_the_last_two_frames_costs_its_document_and_no_other()
    {
        using var work = new Workspace();
        await work.Fill(Together);
        var whole = File.ReadAllBytes(work.OnlySegment);
        var frames = SegmentScan.Of(whole).Frames;
        foreach (var frame in new[] { 1, 2 })
        {
            ulong[] others = [.. Enumerable.Range(1, Together).Select(number => (ulong)number).Where(number => number != (ulong)frame + 1)];
            for (var at = frames[frame].Offset; at < frames[frame].Offset + frames[frame].Length; at++)
            {
                for (var bit = 0; bit < 8; bit++)
                {
                    whole[at] ^= (byte)(1 << bit);
                    var scan = SegmentScan.Of(whole);
                    Assert.Equal(others, scan.Frames.Select((_, i) => scan[i].Sequence));
                    Assert.Equal(1, scan.Damaged);
                    whole[at] ^= (byte)(1 << bit);
                }
            }
        }
    }

    [Fact]
    public async Task Case_17_a_bit_flipped_at_every_offset_of_the_last_two_frames_is_stepped_over_by_one_who_follows()
    {
        using var work = new Workspace();
        await work.Fill(Together);
        await work.Fill(1);
        using var file = File.OpenHandle(work.Segments[0], access: FileAccess.ReadWrite, share: FileShare.ReadWrite);
        var frames = SegmentScan.Read(work.Segments[0]).Frames;
        var one = new byte[1];
        foreach (var frame in new[] { 1, 2 })
        {
            ulong[] others = [.. Enumerable.Range(1, Together + 1).Select(number => (ulong)number).Where(number => number != (ulong)frame + 1)];
            for (var at = frames[frame].Offset; at < frames[frame].Offset + frames[frame].Length; at++)
            {
                Flip(at);
                using var cursor = new SpoolCursor(work.Spool, 0);
                var seen = new List<ulong>();
                while (cursor.TryRead(out var found)) seen.Add(found.Sequence);
                Assert.Equal(others, seen);
                Assert.Equal(1ul, cursor.Missing);
                Flip(at);
            }
        }

        void Flip(int at)
        {
            RandomAccess.Read(file, one, at);
            one[0] ^= (byte)(1 << (at % 8));
            RandomAccess.Write(file, one, at);
        }
    }

    [Fact]
    public async Task Case_17_a_flipped_bit_is_counted_and_all_others_are_shipped()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = await FillAsync(scene);
        var damaged = new List<string>();
        // The last segment stays whole: a gap shows by what follows.
        foreach (var (i, path) in Directory.GetFiles(scene.Folder, "*.seg").Order(StringComparer.Ordinal).SkipLast(1).Index())
        {
            // Another place in each, in turn of the last frame and of the one before.
            var bytes = File.ReadAllBytes(path);
            var scan = SegmentScan.Of(bytes);
            var frame = Together - 1 - (i % 2);
            damaged.Add(scan[frame].Id);
            bytes[scan.Frames[frame].Offset + (scan.Frames[frame].Length * i / Segments)] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(path, bytes);
        }

        scene.Reopen();
        await scene.DrainAsync();
        Assert.Equal((Segments, Segments), (damaged.Count, scene.Counts.Corrupt));
        Assert.Equal(ids.Except(damaged), scene.Server.Ids.Order(StringComparer.Ordinal));
        scene.AssertIdentity();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Case_17_damage_in_the_very_last_frame_is_told_from_a_torn_end_when_it_is_known_that_it_was_synced(bool inPeace)
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(3);
        await scene.Spool.DisposeAsync();
        var last = Assert.Single(Directory.GetFiles(scene.Folder, "*.seg"));
        var bytes = File.ReadAllBytes(last);
        bytes[^100] ^= 1;
        File.WriteAllBytes(last, bytes);
        // Nobody could say so after a kill.
        if (!inPeace) File.Delete(Path.Combine(scene.Folder, "synced"));
        scene.Reopen();
        var next = scene.Spool.Append(Samples.Decision(4));
        await scene.DrainAsync();
        Assert.Equal(inPeace ? (4ul, 1, 0) : (3ul, 0, 1), (next.Sequence, scene.Counts.Corrupt, scene.Counts.Truncated));
        Assert.Equal([ids[0], ids[1], next.Id], scene.Server.Ids.Order(StringComparer.Ordinal));
        scene.AssertIdentity();
    }

    [Fact]
    public async Task Case_17_an_end_torn_at_every_offset_of_the_last_two_frames_costs_what_is_not_whole()
    {
        using var work = new Workspace();
        await work.Fill(Together);
        File.Delete(Path.Combine(work.Spool, "synced"));
        var whole = File.ReadAllBytes(work.OnlySegment);
        var frames = SegmentScan.Of(whole).Frames;
        for (var length = whole.Length; length >= frames[1].Offset; length--)
        {
            using (var file = File.OpenWrite(work.OnlySegment)) file.SetLength(length);
            var left = frames.Count(frame => frame.Offset + frame.Length <= length);
            Assert.Equal(left, work.Read().Count);
            Assert.Equal(left, SpoolReader.Open(work.Spool).Backward().Count());
        }
    }

    private static async Task<List<string>> FillAsync(ShippingScene scene)
    {
        await scene.Spool.DisposeAsync();
        var ids = new List<string>();
        // Room for three frames of 1 400 bytes.
        await using var spool = AuditSpool.Open(new SpoolOptions { Directory = scene.Folder, HasShipper = true, SegmentBytes = 5000, Files = new Spool.CarelessDisk() }, TimeProvider.System, NullLogger.Instance);
        for (var i = 1; i <= Together * (Segments + 1); i++) ids.Add(spool.Append(Samples.Decision(i)).Id);
        return ids;
    }
}
