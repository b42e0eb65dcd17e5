using System.Text.Json.Nodes;
using Coral.Audit.Shipping;
using Coral.Audit.Tests.Shipping;

namespace Coral.Audit.Tests.Faults;

/// <summary>Ends and new beginnings with documents under way.</summary>
public sealed class RestartTests
{
    private const int Many = 40;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Case_13_a_rollover_between_a_try_and_the_next_doubles_nothing_however_many_requests_are_at_work(int requests)
    {
        await using var scene = await ShippingScene.StartAsync();
        scene.Append(10 * Many);
        for (var i = 0; i < 4; i++)
        {
            scene.Server.Faults.Enqueue((context, server, lines) =>
            {
                server.Store(lines);
                server.Rollover();
                context.Abort();
                return Task.FromResult(true);
            });
        }

        await scene.DrainAsync(options => options with { Requests = requests, BatchDocuments = Many });
        Oracle.Check(scene);
        Assert.Equal((6 * Many, 4 * Many, 4), (scene.Counts.Indexed, scene.Counts.Duplicate, scene.Counts.Ambiguous));
        Assert.InRange(scene.Server.Indices.Count, 5, 6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Case_16_a_crash_between_storing_and_the_checkpoint_makes_duplicates_that_are_known(bool rollover)
    {
        await using var scene = await ShippingScene.StartAsync();
        scene.Append(3 * Many);
        await CrashWhenStoredAsync(scene, requests: 1, stored: 2);
        if (rollover) scene.Server.Rollover();
        scene.Append(Many);
        await scene.DrainAsync();
        Oracle.Check(scene);
        // The first batch reached the checkpoint or not; the second never did.
        Assert.InRange(scene.Counts.Duplicate, Many, 2 * Many);
        Assert.Equal(0, scene.Counts.Ambiguous);
    }

    [Fact]
    public async Task Case_16_with_several_at_work_the_checkpoint_moves_only_over_what_has_no_gap()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(8 * Many);
        using var stop = new CancellationTokenSource();
        scene.Server.Always = async (context, server, lines) =>
        {
            // The second batch never arrives, the others do.
            var first = lines[0]!["create"]!["_id"]!.GetValue<string>();
            if (first == ids[Many])
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                return true;
            }

            await FakeElasticsearch.Answer(context, 200, new JsonObject { ["items"] = server.Store(lines) }.ToJsonString());
            return true;
        };
        using (var shipper = scene.Shipper(options => options with { Requests = 3, BatchDocuments = Many, ShutdownTimeout = TimeSpan.Zero }))
        {
            var running = shipper.RunAsync(stop.Token);
            // Of 6 that may be under way or wait for the second, 5 are stored, besides the first, and no more are read.
            await Wait.Until(() => scene.Counts.Indexed == 6 * Many, "the others are stored", () => $"{scene.Counts}");
            Assert.Equal(((ulong)Many, 7ul * Many), (scene.Spool.ShippedSequence, scene.Spool.MaybeSent));
            await stop.CancelAsync();
            await running;
        }

        Assert.Equal((ulong)Many, scene.Spool.ShippedSequence);
        scene.Server.Always = null;
        await scene.RestartAsync();
        scene.Server.Rollover();
        await scene.DrainAsync();
        Oracle.Check(scene);
        Assert.Equal((2 * Many, 5 * Many), (scene.Counts.Indexed, scene.Counts.Duplicate));
    }

    [Fact]
    public async Task Case_23_an_end_with_a_hundred_thousand_pending_and_a_dead_server_comes_in_time_and_loses_nothing()
    {
        await using var scene = await ShippingScene.StartAsync();
        await scene.Server.DownAsync();
        scene.Append(100_000);
        using var stop = new CancellationTokenSource();
        using (var shipper = scene.Shipper(options => options with { ShutdownTimeout = TimeSpan.FromMilliseconds(200), Requests = 4, BackoffFirst = TimeSpan.FromSeconds(30), BackoffMax = TimeSpan.FromMinutes(10) }))
        {
            var running = shipper.RunAsync(stop.Token);
            await Wait.Until(() => shipper.Status.State == ShipperState.Waiting, "the shipper is in a long pause");
            await stop.CancelAsync();
            // Pauses of minutes would be waited for in vain.
            await running.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        }

        Assert.Equal(100_000, scene.Counts.Pending);
        Assert.Contains(scene.Log.All, line => line.Contains("100000 stay in the spool", StringComparison.Ordinal));
        await scene.Server.UpAsync();
        await scene.RestartAsync();
        Assert.Equal((100_000, 100_000), (scene.Counts.Accepted, scene.Counts.Recovered));
        await scene.DrainAsync();
        Oracle.Check(scene);
        Assert.Equal(100_000, scene.Counts.Indexed);
    }

    /// <summary>One batch after the other is stored; with the last the process ends before it hears of it.</summary>
    private static async Task CrashWhenStoredAsync(ShippingScene scene, int requests, int stored)
    {
        using var stop = new CancellationTokenSource();
        var number = 0;
        scene.Server.Always = async (context, server, lines) =>
        {
            if (Interlocked.Increment(ref number) < stored) return false;
            server.Store(lines);
            await stop.CancelAsync();
            context.Abort();
            return true;
        };
        using (var shipper = scene.Shipper(options => options with { Requests = requests, BatchDocuments = Many, ShutdownTimeout = TimeSpan.Zero })) await shipper.RunAsync(stop.Token);
        scene.Server.Always = null;
        await scene.RestartAsync();
    }
}
