using Coral.Audit.Chain;
using Coral.Audit.Shipping;
using Coral.Audit.Tests.Chain.Checkpoints;
using Coral.Audit.Tests.Shipping;
using Coral.Testing;

namespace Coral.Audit.Tests.Faults;

/// <summary>Clocks that are set forth and back.</summary>
public sealed class ClockTests
{
    private const int Many = 20;

    private static readonly TimeSpan[] Jumps = [TimeSpan.FromHours(-1), TimeSpan.FromDays(1), TimeSpan.FromSeconds(1), TimeSpan.FromDays(-1), TimeSpan.FromSeconds(-1), TimeSpan.FromDays(400), TimeSpan.FromDays(-800)];

    [Fact]
    public async Task Case_21_a_clock_that_jumps_changes_neither_ids_nor_order_and_nothing_is_lost_or_doubled()
    {
        var clock = new JumpingClock(TimeProvider.System);
        await using var scene = await ShippingScene.StartAsync(clock, spoolClock: clock);
        var number = 0;
        scene.Server.Always = (context, server, lines) =>
        {
            // Each third answer is lost, and the stream rolls over before the documents are sent again.
            if (Interlocked.Increment(ref number) % 3 != 0) return Task.FromResult(false);
            server.Store(lines);
            server.Rollover();
            context.Abort();
            return Task.FromResult(true);
        };
        var times = new List<DateTimeOffset>();
        using (var stop = new CancellationTokenSource())
        using (var shipper = scene.Shipper(options => options with { BatchDocuments = Many / 2 }))
        {
            var running = shipper.RunAsync(stop.Token);
            for (var round = 0; round < 4 * Jumps.Length; round++)
            {
                times.Add(clock.GetUtcNow());
                scene.Append(Many, i => Samples.Decision(i, times[^1]));
                clock.Jump(Jumps[round % Jumps.Length]);
                if (round % 5 == 0) await Wait.Until(() => scene.Counts.Pending == 0, "all is shipped", () => $"{shipper.Status} {scene.Counts}");
                Assert.InRange(shipper.OldestPending, TimeSpan.Zero, TimeSpan.MaxValue);
            }

            await Wait.Until(() => scene.Counts.Pending == 0, "all is shipped", () => $"{shipper.Status} {scene.Counts}");
            await stop.CancelAsync();
            await running;
        }

        Oracle.Check(scene);
        Assert.True(scene.Counts.Duplicate > 0, "some answers were lost");
        // The time stands there as the clock told it, the order beside it.
        var told = scene.Server.Documents.OrderBy(document => document.GetProperty("event").GetProperty("sequence").GetUInt64()).Select(document => document.GetProperty("@timestamp").GetDateTimeOffset()).ToList();
        Assert.Equal(times.SelectMany(time => Enumerable.Repeat(time, Many)), told);
        Assert.NotEqual(told.Order(), told);
    }

    [Fact]
    public async Task Case_21_documents_of_a_clock_that_was_days_ahead_are_found_behind_a_rollover()
    {
        await using var scene = await ShippingScene.StartAsync();
        scene.Append(Many, i => Samples.Decision(i, scene.Server.Now.AddDays(3)));
        scene.Server.Faults.Enqueue((context, server, lines) =>
        {
            server.Store(lines);
            server.Now += TimeSpan.FromSeconds(1);
            server.Rollover();
            context.Abort();
            return Task.FromResult(true);
        });
        await scene.DrainAsync();
        Oracle.Check(scene);
        Assert.Equal((0, Many), (scene.Counts.Indexed, scene.Counts.Duplicate));
    }

    [Fact]
    public async Task Case_21_pauses_are_neither_longer_nor_shorter_when_the_clock_is_set()
    {
        var even = new FakeTimeProvider();
        var clock = new JumpingClock(even);
        await using var scene = await ShippingScene.StartAsync(clock);
        var (storm, answered, pauses) = (true, 0, 0);
        scene.Server.Always = async (context, _, _) =>
        {
            if (!Volatile.Read(ref storm)) return false;
            await FakeElasticsearch.Answer(context, 429, "{}");
            Interlocked.Increment(ref answered);
            return true;
        };
        scene.Append(Many);
        using var shipper = scene.Shipper(options => options with
        {
            Requests = 1,
            BackoffFirst = TimeSpan.FromSeconds(60),
            BackoffMax = TimeSpan.FromSeconds(60),
            RequestTimeout = TimeSpan.FromHours(1),
            Random = () =>
            {
                Interlocked.Increment(ref pauses);
                return 1;
            },
        });
        var running = shipper.DrainAsync(default);
        for (var jump = 0; jump < Jumps.Length; jump++)
        {
            var asked = jump + 1;
            await Wait.Until(() => Volatile.Read(ref pauses) == asked && even.Waiting > 0, "the shipper pauses");
            clock.Jump(Jumps[jump]);
            even.Advance(TimeSpan.FromSeconds(59));
            Assert.Equal((asked, true), (Volatile.Read(ref answered), even.Waiting > 0));
            if (asked == Jumps.Length) Volatile.Write(ref storm, false);
            even.Advance(TimeSpan.FromSeconds(1));
        }

        await running;
        Oracle.Check(scene);
    }

    [Theory]
    [InlineData(-3600, null)]
    [InlineData(1, null)]
    [InlineData(86_400, ChainFault.CheckpointMissing)]
    public async Task Case_21_checkpoints_come_evenly_and_verify_tells_a_jump_forward_and_nothing_else(int seconds, ChainFault? fault)
    {
        using var scene = new SealedSpool();
        var clock = new JumpingClock(scene.Work.Clock);
        scene.Wall = clock;
        await scene.LiveAsync(async life =>
        {
            for (var minute = 0; minute < 5; minute++)
            {
                life.Append(Many);
                await life.PassAsync(TimeSpan.FromSeconds(60));
                if (minute == 2) clock.Jump(TimeSpan.FromSeconds(seconds));
            }
        });
        var report = scene.Check(scene.Documents, withPlace: true);
        Assert.Equal(fault is null ? [] : [fault.Value], report.Findings.Select(finding => finding.Fault));
        var chain = Assert.Single(report.Chains);
        // At the start, in each minute, and at the end.
        Assert.Equal(((5 * Many) + 7, (5 * Many) + 7 - report.Findings.Length, 7, 0), (chain.Documents, chain.Proven, chain.Seal.Checkpoints, chain.Seal.Unprotected));
    }
}
