using System.Text.Json.Nodes;
using Coral.Audit.Shipping;
using Microsoft.AspNetCore.Http;

namespace Coral.Audit.Tests.Shipping;

/// <summary>An answer that was lost and a rollover before the second try: the server would take the documents a second time.</summary>
public sealed class RolloverTests
{
    private const int Many = 40;

    [Fact]
    public async Task An_index_that_cannot_be_asked_yet_is_not_taken_for_empty()
    {
        await using var scene = await ShippingScene.StartAsync();
        var left = 3 * Many;
        scene.Server.OnLookup = (_, _) => left-- > 0 ? "no_shard_available_action_exception" : null;
        await LoseAndRoll(scene);
        Assert.Equal((0, Many), (scene.Counts.Indexed, scene.Counts.Duplicate));
    }

    [Fact]
    public async Task A_server_that_has_not_read_its_own_state_is_asked_again()
    {
        await using var scene = await ShippingScene.StartAsync();
        var left = 3;
        scene.Server.OnRequest = (method, path) => method == "GET" && path.StartsWith("_data_stream/", StringComparison.Ordinal) && left-- > 0 ? (200, """{"data_streams":[]}""") : null;
        await LoseAndRoll(scene);
        Assert.Equal((0, Many), (scene.Counts.Indexed, scene.Counts.Duplicate));
    }

    [Theory]
    [InlineData("_tasks", 503, "{}")]
    [InlineData("_tasks", 200, """{"node_failures":[{"type":"failed_node_exception"}],"nodes":{}}""")]
    [InlineData("_settings", 503, "{}")]
    [InlineData("_settings", 200, "<html>")]
    [InlineData("_data_stream", 429, "{}")]
    [InlineData("_data_stream", 200, """{"data_streams":[{"indices":[{}]}]}""")]
    [InlineData("_mget", 503, "{}")]
    [InlineData("_mget", 200, """{"docs":[{"_id":"x","found":false}]}""")]
    [InlineData("_mget", 200, "{}")]
    [InlineData("_mget", 200, "[]")]
    public async Task No_answer_is_taken_for_not_stored(string to, int status, string body)
    {
        await using var scene = await ShippingScene.StartAsync();
        var left = 2;
        scene.Server.OnRequest = (method, path) => method != "PUT" && path.Contains(to, StringComparison.Ordinal) && left-- > 0 ? (status, body) : null;
        await LoseAndRoll(scene);
        Assert.True(left <= 0, $"{to} was not asked");
        Assert.Equal((0, Many), (scene.Counts.Indexed, scene.Counts.Duplicate));
    }

    [Fact]
    public async Task An_answer_about_other_documents_is_none()
    {
        await using var scene = await ShippingScene.StartAsync();
        var others = string.Join(',', Enumerable.Repeat("""{"_id":"x","found":false}""", Many));
        var left = 2;
        scene.Server.OnRequest = (_, path) => path.EndsWith("/_mget", StringComparison.Ordinal) && left-- > 0 ? (200, $$"""{"docs":[{{others}}]}""") : null;
        await LoseAndRoll(scene);
        Assert.Equal((0, Many), (scene.Counts.Indexed, scene.Counts.Duplicate));
    }

    [Fact]
    public async Task A_document_whose_shard_failed_is_looked_for_before_it_is_sent_again()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(Many);
        scene.Server.Faults.Enqueue((context, server, lines) =>
        {
            var items = server.Store(lines);
            server.Rollover();
            for (var i = 0; i < items.Count; i += 2) items[i] = FakeElasticsearch.Item(503, "", "unavailable_shards_exception");
            return FakeElasticsearch.Answer(context, 200, new JsonObject { ["items"] = items }.ToJsonString());
        });
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
        Assert.Equal((Many / 2, Many / 2, 1), (scene.Counts.Indexed, scene.Counts.Duplicate, scene.Counts.Ambiguous));
    }

    [Fact]
    public async Task What_the_server_put_off_is_sent_again_without_a_look()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(Many);
        var left = Many;
        scene.Server.OnDocument = (_, _) => left-- > 0 ? (left % 2 == 0 ? 503 : 429, "es_rejected_execution_exception") : null;
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
        Assert.Equal(0, scene.Counts.Ambiguous);
        Assert.DoesNotContain(scene.Server.Requests, request => request.Contains("_mget", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_but_bulk_requests_are_sent_while_all_is_well()
    {
        await using var scene = await ShippingScene.StartAsync();
        scene.Append(1);
        await scene.DrainAsync();
        scene.Server.Requests.Clear();
        scene.Append(200);
        await scene.DrainAsync(options => options with { BatchDocuments = 20 });
        Assert.Equal(["GET ", .. AuditStream.All.Select(stream => "GET _index_template/" + stream.Template), .. Enumerable.Repeat("POST _bulk", 10)], scene.Server.Requests);
    }

    [Fact]
    public async Task After_a_crash_what_an_earlier_life_may_have_sent_is_looked_for_however_often_the_stream_rolled_over()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(Many);
        await CrashAfter(scene, new Fault(Store: int.MaxValue));
        for (var i = 0; i < 7; i++) scene.Server.Rollover();
        ids.AddRange(scene.Append(5));
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
        Assert.Equal((5, Many), (scene.Counts.Indexed, scene.Counts.Duplicate));
    }

    [Fact]
    public async Task After_a_crash_a_batch_is_looked_for_in_older_indices_though_the_one_before_it_went_to_a_new_one()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(Many);
        // The first is not stored, the others are.
        await CrashAfter(scene, new Fault(Store: int.MaxValue, Skip: 1));
        scene.Server.Rollover();
        await scene.DrainAsync(options => options with { BatchDocuments = 10 });
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
        Assert.Equal((1, Many - 1), (scene.Counts.Indexed, scene.Counts.Duplicate));
    }

    [Fact]
    public async Task A_second_shipper_of_the_same_life_looks_for_what_the_first_one_sent()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(Many);
        await StopAfter(scene, new Fault(Store: 25));
        scene.Server.Rollover();
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
        Assert.Equal((Many - 25, 25), (scene.Counts.Indexed, scene.Counts.Duplicate));
    }

    [Fact]
    public async Task A_request_that_is_still_at_work_is_waited_for()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(Many);
        scene.Server.Faults.Enqueue((context, server, lines) =>
        {
            // The client hears nothing more, the server goes on; the stream rolls over; then the documents are stored, in the old index.
            var name = context.Request.Headers["X-Opaque-Id"].ToString();
            server.AtWork[name] = 1;
            server.Rollover();
            context.Abort();
            _ = Finish(server, lines, name);
            return Task.FromResult(true);
        });
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
        Assert.Equal((0, Many), (scene.Counts.Indexed, scene.Counts.Duplicate));

        static async Task Finish(FakeElasticsearch server, JsonArray lines, string name)
        {
            await Wait.Until(() => server.Requests.Count(request => request == "GET _tasks") >= 3, "the shipper waits");
            server.Store(lines, back: 1);
            server.AtWork.Clear();
        }
    }

    [Fact]
    public async Task The_work_of_others_is_not_waited_for()
    {
        await using var scene = await ShippingScene.StartAsync();
        scene.Server.AtWork["coral-0000000000000001"] = 1;
        await LoseAndRoll(scene);
    }

    [Fact]
    public async Task An_index_that_is_too_old_to_have_them_is_not_asked_and_one_that_may_have_them_holds_shipping()
    {
        await using var scene = await ShippingScene.StartAsync();
        var today = scene.Server.Now;
        foreach (var days in (int[])[60, 30, 10, 0])
        {
            scene.Server.Now = today.AddDays(-days);
            scene.Server.Rollover();
        }

        var broken = new HashSet<string> { scene.Server.Indices[0].Name, scene.Server.Indices[1].Name };
        scene.Server.OnLookup = (index, _) => broken.Contains(index) ? "no_shard_available_action_exception" : null;
        await LoseAndRoll(scene);
        Assert.Equal((0, Many), (scene.Counts.Indexed, scene.Counts.Duplicate));

        broken.Add(scene.Server.Indices[^1].Name);
        scene.Append(Many);
        scene.Server.Faults.Enqueue(new Fault(Store: int.MaxValue, Rollovers: 1).Make());
        using var stop = new CancellationTokenSource();
        using var shipper = scene.Shipper();
        var running = shipper.RunAsync(stop.Token);
        await Wait.Until(() => shipper.Status.Detail.Contains($"{scene.Server.Indices[^2].Name}: no_shard_available_action_exception", StringComparison.Ordinal), "the status says what it waits for", () => $"{shipper.Status}");
        Assert.Equal(Many, scene.Counts.Pending);
        scene.Server.OnLookup = null;
        await Wait.Until(() => scene.Counts.Pending == 0, "shipping goes on");
        await stop.CancelAsync();
        await running;
        scene.AssertIdentity();
    }

    [Theory]
    [InlineData("_settings")]
    [InlineData("_data_stream")]
    [InlineData("_mget")]
    [InlineData("")]
    public async Task Where_we_may_not_look_shipping_goes_on_with_one_warning_and_a_count(string forbidden)
    {
        await using var scene = await ShippingScene.StartAsync();
        scene.Server.OnRequest = (method, path) => forbidden.Length > 0 && method != "PUT" && path.Contains(forbidden, StringComparison.Ordinal) ? (403, """{"error":"security_exception"}""") : null;
        if (forbidden.Length == 0) scene.Server.OnLookup = (_, _) => "security_exception";
        var ids = scene.Append(Many);
        for (var i = 0; i < 3; i++) scene.Server.Faults.Enqueue(new Fault(Store: int.MaxValue).Make());
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
        Assert.Equal((Many, 3 * Many), (scene.Counts.Duplicate, scene.Counts.Unverified));
        var warning = Assert.Single(scene.Log.All, line => line.Contains("no right to look", StringComparison.Ordinal));
        Assert.Contains("grant 'read' and 'view_index_metadata' on logs-coral.audit-default", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_a_list_of_tasks_is_asked_all_the_same()
    {
        await using var scene = await ShippingScene.StartAsync();
        scene.Server.OnRequest = (_, path) => path == "_tasks" ? (410, "{}") : null;
        await LoseAndRoll(scene);
        Assert.Equal((Many, 0), (scene.Counts.Duplicate, scene.Counts.Unverified));
    }

    [Fact]
    public async Task Faults_rollovers_and_crashes_in_any_order_lose_and_double_nothing()
    {
        for (var seed = 1; seed <= 25; seed++)
        {
            var random = new Random(seed);
            await using var scene = await ShippingScene.StartAsync();
            var ids = new List<string>();
            scene.Server.OnLookup = (_, _) => random.Next(400) == 0 ? "no_shard_available_action_exception" : null;
            for (var life = 0; life < 6; life++)
            {
                ids.AddRange(scene.Append(random.Next(1, 120)));
                for (var i = random.Next(3); i > 0; i--) scene.Server.Faults.Enqueue(new Fault(random.Next(120), random.Next(3), random.Next(10)).Make());
                await CrashAfter(scene, new Fault(random.Next(120), random.Next(3), random.Next(10)), options => options with { BatchDocuments = random.Next(5, 60) });
                scene.Server.Faults.Clear();
                if (random.Next(2) == 0) scene.Server.Rollover();
            }

            scene.Server.OnLookup = null;
            await scene.DrainAsync();
            scene.AssertIdentity();
            Assert.True(ids.SequenceEqual(scene.Server.Ids), $"seed {seed}");
        }
    }

    /// <summary>A batch is stored, its answer is lost, the stream rolls over, and the rest of the test shows what comes of it.</summary>
    private static async Task LoseAndRoll(ShippingScene scene)
    {
        var ids = scene.Append(Many);
        scene.Server.Faults.Enqueue(new Fault(Store: int.MaxValue, Rollovers: 1).Make());
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
    }

    /// <summary>A shipper sends one last request, and ends without an answer.</summary>
    private static async Task StopAfter(ShippingScene scene, Fault fault, Func<ShipperOptions, ShipperOptions>? change = null)
    {
        using var stop = new CancellationTokenSource();
        using var shipper = scene.Shipper(options => (change is null ? options : change(options)) with { ShutdownTimeout = TimeSpan.Zero });
        // Before the connection breaks, or there would be time for another try.
        scene.Server.Faults.Enqueue(fault.Make(stop.CancelAsync));
        // It may also end by itself, when all was settled before the last fault.
        await shipper.DrainAsync(stop.Token);
    }

    private static async Task CrashAfter(ShippingScene scene, Fault fault, Func<ShipperOptions, ShipperOptions>? change = null)
    {
        await StopAfter(scene, fault, change);
        await scene.RestartAsync();
    }

    /// <summary>Some of the documents are stored, the stream rolls over, the connection breaks.</summary>
    private readonly record struct Fault(int Store, int Rollovers = 0, int Skip = 0)
    {
        public BulkFault Make(Func<Task>? beforeItBreaks = null)
        {
            var (store, rollovers, skip) = (Store, Rollovers, Skip);
            return async (context, server, lines) =>
            {
                server.Store([.. lines.Skip(2 * skip).Take((int)Math.Min(int.MaxValue, 2L * store)).Select(line => line!.DeepClone())]);
                for (var i = 0; i < rollovers; i++) server.Rollover();
                if (beforeItBreaks is not null) await beforeItBreaks();
                context.Abort();
                return true;
            };
        }
    }
}
