using System.Collections.Immutable;
using Coral.Audit.Shipping;
using Coral.Audit.Tests.Shipping;

namespace Coral.Audit.Tests.Faults;

/// <summary>A cluster of three nodes, some of which are not well.</summary>
public sealed class NodeTests
{
    private const int Many = 300;

    [Fact]
    public async Task Case_07_while_one_node_is_well_nothing_waits_for_those_that_are_not()
    {
        await using var scene = await ShippingScene.StartAsync();
        await using var cluster = new Nodes(scene.Server.Url);
        cluster[0].Down();
        cluster[1].Always = exchange => Answer(exchange, 503);
        var pauses = 0;
        scene.Append(Many);
        await scene.DrainAsync(options => cluster.Of(options) with { BatchDocuments = 20, QuietTime = TimeSpan.Zero, Random = () => Interlocked.Increment(ref pauses) });
        Oracle.Check(scene);
        Assert.Equal((Many, 0, 0), (scene.Counts.Indexed, scene.Counts.Duplicate, pauses));
        // The sick node rested after its first answers: two senders can have asked it at the same time.
        Assert.InRange(scene.Counts.Ambiguous, 1, 2);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Case_07_nodes_that_fail_after_storing_double_nothing(int status)
    {
        await using var scene = await ShippingScene.StartAsync();
        await using var cluster = new Nodes(scene.Server.Url);
        for (var i = 0; i < 6; i++)
        {
            cluster[i % 3].Next.Enqueue(async exchange =>
            {
                await exchange.ForwardAsync();
                await exchange.SendAsync(Exchange.Whole(status, "{}"u8.ToArray()));
            });
        }

        scene.Append(Many);
        await scene.DrainAsync(options => cluster.Of(options) with { BatchDocuments = 50 });
        Oracle.Check(scene);
        Assert.InRange(scene.Counts.Ambiguous, 3, 6);
        Assert.Equal(Many, scene.Counts.Indexed + scene.Counts.Duplicate);
    }

    [Fact]
    public async Task Case_07_nodes_that_come_and_go_at_random_lose_and_double_nothing()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var random = new Random(seed);
            await using var scene = await ShippingScene.StartAsync();
            await using var cluster = new Nodes(scene.Server.Url);
            for (var node = 0; node < 3; node++)
            {
                for (var i = 0; i < 10; i++)
                {
                    var (status, store, roll) = (new[] { 500, 502, 503, 504, 200 }[random.Next(5)], random.Next(2) == 0, random.Next(4) == 0);
                    cluster[node].Next.Enqueue(async exchange =>
                    {
                        var answer = store || status == 200 ? await exchange.ForwardAsync() : [.. await exchange.BodyAsync()];
                        if (roll) scene.Server.Rollover();
                        if (status == 200) await exchange.SendAsync(answer);
                        else await exchange.SendAsync(Exchange.Whole(status, "{}"u8.ToArray()));
                    });
                }
            }

            scene.Append(Many);
            await scene.DrainAsync(options => cluster.Of(options) with { BatchDocuments = 20, Requests = 3 });
            Oracle.Check(scene);
        }
    }

    [Fact]
    public async Task Requests_are_spread_over_all_nodes()
    {
        await using var scene = await ShippingScene.StartAsync();
        await using var cluster = new Nodes(scene.Server.Url);
        scene.Append(Many);
        await scene.DrainAsync(options => cluster.Of(options) with { BatchDocuments = 10 });
        Oracle.Check(scene);
        int[] asked = [cluster[0].Requests, cluster[1].Requests, cluster[2].Requests];
        Assert.True(asked.Sum() > Many / 10, $"{asked.Sum()} requests");
        Assert.InRange(asked.Max() - asked.Min(), 0, 3);
    }

    [Fact]
    public async Task A_node_that_comes_back_is_used_again()
    {
        await using var scene = await ShippingScene.StartAsync();
        await using var cluster = new Nodes(scene.Server.Url);
        for (var node = 0; node < 3; node++) cluster[node].Down();
        using var shipper = scene.Shipper(options => cluster.Of(options));
        scene.Append(Many);
        var running = shipper.DrainAsync(default);
        await Wait.Until(() => shipper.Status.State == ShipperState.Waiting, "nobody is there");
        cluster[1].Up();
        await running;
        Oracle.Check(scene);
        Assert.Equal(0, scene.Counts.Ambiguous);
    }

    private static async Task Answer(Exchange exchange, int status)
    {
        await exchange.BodyAsync();
        await exchange.SendAsync(Exchange.Whole(status, "{}"u8.ToArray()));
    }

    /// <summary>Three ways to the same server.</summary>
    private sealed class Nodes(Uri server) : IAsyncDisposable
    {
        private readonly ImmutableArray<FaultProxy> nodes = [new FaultProxy(server), new FaultProxy(server), new FaultProxy(server)];

        public FaultProxy this[int node] => nodes[node];

        public ShipperOptions Of(ShipperOptions options) => options with { Url = nodes[0].Url, OtherUrls = [nodes[1].Url, nodes[2].Url] };

        public async ValueTask DisposeAsync()
        {
            foreach (var node in nodes) await node.DisposeAsync();
        }
    }
}
