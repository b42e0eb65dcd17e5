using System.Collections.Immutable;
using Coral.Audit.Chain;
using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Spool;
using Coral.Audit.Tests.Shipping;
using Coral.Audit.Tests.Spool;

namespace Coral.Audit.Tests.Chain.Checkpoints;

/// <summary>When checkpoints are made, what they say, and that nothing waits for them.</summary>
public sealed class CheckpointerTests
{
    [Fact]
    public async Task An_idle_process_signs_at_its_start_each_minute_and_at_its_end()
    {
        using var scene = new SealedSpool();
        await scene.LiveAsync(async life =>
        {
            await life.PassAsync(TimeSpan.FromSeconds(60));
            await life.PassAsync(TimeSpan.FromSeconds(60));
        });
        var said = scene.Checkpoints.ConvertAll(each => each.Checkpoint.Statement);
        Assert.Equal([0, 1, 2, 3], said.Select(each => (int)each.Sequence));
        Assert.Equal([0, 60, 120, 120], said.Select(each => (int)(each.Time - said[0].Time).TotalSeconds));
        Assert.Equal([60, 120, 180, -1], said.Select(each => each.Next is { } next ? (int)(next - said[0].Time).TotalSeconds : -1));
        Assert.Equal([null, .. said[..3].Select(each => each.Digest)], said.Select(each => each.Previous));
        var report = scene.Check(scene.Documents, withPlace: true);
        Assert.Empty(report.Findings);
        Assert.Equal(new ChainSeal(4, 3, said[3].Time, scene.Keys.Current.Public.Id, 0, null), report.Chains[0].Seal);
    }

    [Fact]
    public async Task Nothing_comes_before_its_time()
    {
        using var scene = new SealedSpool();
        await scene.LiveAsync(async life =>
        {
            life.Append(99);
            await life.WaitsAsync();
            scene.Work.Clock.Advance(TimeSpan.FromSeconds(59));
            await life.WaitsAsync();
            Assert.Equal(1, life.Counts.Written);
            scene.Work.Clock.Advance(TimeSpan.FromSeconds(1));
            await life.WrittenAsync(2);
            Assert.Equal(TimeSpan.Zero, scene.Work.Clock.GetUtcNow() - life.Counts.Last);
        });
        Assert.Equal(["start", "interval", "stop"], Reasons(scene));
    }

    [Fact]
    public async Task Many_documents_bring_one_at_once()
    {
        using var scene = new SealedSpool();
        await scene.LiveAsync(
            async life =>
            {
                await life.WaitsAsync();
                life.Append(100);
                await life.WrittenAsync(2);
            },
            options => options with { Documents = 100 });
        Assert.Equal(["start", "count", "stop"], Reasons(scene));
        Assert.Equal((101ul, 101ul), scene.Checkpoints.Where(each => each.At == 102).Select(each => (each.Checkpoint.Statement.Sequence, each.Checkpoint.Statement.Count)).Single());
    }

    [Fact]
    public async Task The_next_life_goes_on_from_the_last_checkpoint_also_when_the_spool_let_go_of_it()
    {
        using var scene = new SealedSpool();
        await scene.LiveAsync(5);
        await scene.LiveAsync(5);
        foreach (var segment in scene.Work.Segments) File.Delete(segment);
        await scene.LiveAsync(5);
        var placed = scene.Place.Checkpoints;
        Assert.Equal(15, placed.Count);
        Assert.All(placed.Zip(placed.Skip(1)), pair => Assert.Equal(pair.First.Statement.Digest, pair.Second.Statement.Previous));
        // Whoever deleted the segments is found all the same: the chain in the spool begins anew.
        Assert.Equal(["life 3"], scene.Place.Checkpoints.Skip(10).Select(each => $"life {each.Statement.Epoch}").Distinct());
    }

    [Fact]
    public async Task A_kill_between_the_frame_and_the_second_place_leaves_no_fault()
    {
        using var scene = new SealedSpool();
        var place = new Unreliable { Fails = true };
        await scene.LiveAsync(life => life.PassAsync(TimeSpan.FromSeconds(60)), options => options with { Places = [place] });
        // The note of the last one is from before too.
        File.Delete(Path.Combine(scene.Work.Spool, "sealed"));
        await scene.LiveAsync(3);
        Assert.Empty(place.Kept);
        Assert.Empty(scene.Check(scene.Documents, withPlace: true).Findings);
    }

    [Fact]
    public async Task A_second_place_that_fails_is_tried_again_with_all_that_it_lacks()
    {
        using var scene = new SealedSpool();
        var place = new Unreliable { Fails = true };
        var log = new LogLines();
        await scene.LiveAsync(
            async life =>
            {
                await life.PassAsync(TimeSpan.FromSeconds(60));
                await Wait.Until(() => life.Counts.PlaceFailed >= 1, "the place was asked");
                place.Fails = false;
                await life.PassAsync(TimeSpan.FromSeconds(60));
                await Wait.Until(() => place.Kept.Count == 3, "all are there");
            },
            options => options with { Places = [place] },
            logger: log);
        Assert.Equal([0ul, 1, 2, 3], place.Kept.Select(each => each.Statement.Sequence));
        Assert.Single(log.All, line => line.Contains("could not be kept in the moon", StringComparison.Ordinal));
        Assert.Single(log.All, line => line.Contains("are kept in the moon again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_place_that_hangs_holds_up_nothing()
    {
        using var scene = new SealedSpool();
        var place = new Unreliable { Hangs = true };
        await using var spool = scene.Work.Open();
        var checkpointer = new AuditCheckpointer(spool, Samples.Origin, () => new(scene.Keys), new CheckpointOptions { Places = [place], PlaceTimeout = TimeSpan.FromMinutes(9) }, scene.Work.Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var running = checkpointer.RunAsync(stop.Token);
        for (var minute = 1; minute <= 5; minute++)
        {
            await Wait.Until(() => checkpointer.IsWaiting && checkpointer.Counts.Written == minute, "the next one is awaited");
            scene.Work.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await Wait.Until(() => checkpointer.Counts.Written == 6, "the sixth is written");
        await stop.CancelAsync();
        await Wait.Until(() => checkpointer.Counts.Written == 7, "the last one is written");
        place.Hangs = false;
        // Its patience ends, and the last try is made.
        await Wait.Until(() =>
        {
            scene.Work.Clock.Advance(TimeSpan.FromMinutes(10));
            return running.IsCompleted;
        }, "the run has ended");
        await running;
        Assert.Equal(7, place.Kept.Count);
    }

    [Fact]
    public async Task A_full_disk_holds_up_the_checkpoint_and_it_comes_after()
    {
        using var scene = new SealedSpool();
        var disk = new FailingDisk();
        await scene.LiveAsync(
            async life =>
            {
                await life.WaitsAsync();
                disk.OnWrite = FailingDisk.Full;
                scene.Work.Clock.Advance(TimeSpan.FromSeconds(60));
                await Wait.Until(() => life.Counts.Failed > 0, "it was refused");
                disk.OnWrite = null;
                await life.PassAsync(TimeSpan.FromSeconds(5));
            },
            spoolChange: options => options with { Files = disk });
        Assert.Equal(["start", "interval", "stop"], Reasons(scene));
        Assert.Empty(scene.Check(scene.Documents).Findings);
    }

    [Fact]
    public async Task A_spool_that_was_shortened_while_nothing_ran_is_said_at_the_start()
    {
        using var scene = new SealedSpool();
        await scene.LiveAsync(5);
        var scan = SegmentScan.Read(scene.Work.OnlySegment);
        using (var file = File.OpenWrite(scene.Work.OnlySegment)) file.SetLength(scan.Frames[9].Offset);
        var log = new LogLines();
        await scene.LiveAsync(_ => Task.CompletedTask, logger: log);
        Assert.Single(log.All, line => line.Contains("ends with document 9, but document 19 was signed at", StringComparison.Ordinal));
        var report = scene.Check(scene.Documents, withPlace: true);
        var finding = Assert.Single(report.Findings);
        Assert.Equal((ChainFault.Missing, 21ul), (finding.Fault, finding.Sequence));
        Assert.EndsWith(" documents 10 to 20 before it are missing", finding.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Reasons(SealedSpool scene) =>
        scene.Documents.Select(document => System.Text.Json.JsonElement.Parse(document.Document).GetProperty("event")).Where(e => e.GetProperty("action").GetString() == "chain-checkpoint").Select(e => e.GetProperty("reason").GetString()!);

    private sealed class Unreliable : ICheckpointPlace
    {
        public volatile bool Fails;
        public volatile bool Hangs;

        public List<SignedCheckpoint> Kept { get; } = [];

        public string Name => "the moon";

        public async Task StoreAsync(ImmutableArray<SignedCheckpoint> checkpoints, CancellationToken cancel)
        {
            if (Hangs) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
            if (Fails) throw new InvalidOperationException("too far");
            Kept.AddRange(checkpoints);
        }
    }
}
