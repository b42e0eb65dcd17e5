using System.Text;
using System.Text.Json.Nodes;
using Coral.Audit.Shipping;
using Microsoft.AspNetCore.Http;

namespace Coral.Audit.Tests.Shipping;

public sealed class ShipperTests
{
    /// <summary>Faults by name, each for one request, and how many requests of unknown outcome two of them make: one when the documents are stored, because they are found before the second try.</summary>
    private static readonly Dictionary<string, (BulkFault Fault, int Ambiguous)> Faults = new()
    {
        ["reset before storing"] = (Reset(store: false), 2),
        ["reset after storing"] = (Reset(store: true), 1),
        ["truncated answer"] = (Raw(200, body => body[..(body.Length / 2)]), 1),
        ["empty answer"] = (Raw(200, _ => ""), 1),
        ["answer of a proxy"] = (Raw(200, _ => "<html>ok</html>"), 1),
        ["an item short"] = (Items(items => items.RemoveAt(0)), 1),
        ["an item more"] = (Items(items => items.Add(items[0]!.DeepClone())), 1),
        ["502"] = (Raw(502, _ => "bad gateway"), 1),
        ["504"] = (Raw(504, _ => "gateway timeout"), 1),
        ["500"] = (Raw(500, _ => "{}"), 1),
        ["503"] = (Status(503), 2),
        ["408"] = (Status(408), 2),
        ["429"] = (Status(429), 0),
        ["401"] = (Status(401), 0),
        ["403"] = (Status(403), 0),
        ["404"] = (Status(404), 0),
        ["302"] = (Status(302), 0),
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(FaultNames))]
    public async Task A_fault_loses_and_doubles_nothing(string name)
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(50);
        scene.Server.Faults.Enqueue(Faults[name].Fault);
        scene.Server.Faults.Enqueue(Faults[name].Fault);
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
        Assert.Equal(Faults[name].Ambiguous, scene.Counts.Ambiguous);
    }

    [Fact]
    public async Task A_server_that_is_down_is_waited_for_and_appends_go_on()
    {
        await using var scene = await ShippingScene.StartAsync();
        await scene.Server.DownAsync();
        using var stop = new CancellationTokenSource();
        using var shipper = scene.Shipper();
        var running = shipper.RunAsync(stop.Token);
        var ids = scene.Append(500);
        await Wait.Until(() => shipper.Status.State == ShipperState.Waiting, "the shipper waits");
        ids.AddRange(scene.Append(500));
        Assert.Equal(1000, scene.Counts.Pending);
        await scene.Server.UpAsync();
        await Wait.Until(() => scene.Counts.Pending == 0, "all is shipped");
        ids.AddRange(scene.Append(10));
        await Wait.Until(() => scene.Server.Ids.Count == 1010, "later documents are shipped too");
        await stop.CancelAsync();
        await running;
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
        Assert.Equal((1010, 0, 0), (scene.Counts.Indexed, scene.Counts.Duplicate, scene.Counts.Ambiguous));
        Assert.Equal(ShipperState.Stopped, shipper.Status.State);
    }

    [Fact]
    public async Task Only_what_the_server_put_off_is_sent_again()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(300);
        var random = new Random(7);
        var rejected = 0;
        scene.Server.OnDocument = (_, _) =>
        {
            if (random.Next(3) > 0) return null;
            rejected++;
            return (429, "es_rejected_execution_exception");
        };
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
        Assert.Equal((0, rejected), (scene.Counts.Duplicate, scene.Counts.Retry));
    }

    [Fact]
    public async Task A_write_block_and_a_missing_stream_are_waited_out()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(20);
        var left = 40;
        scene.Server.OnDocument = (_, _) => left-- switch
        {
            > 20 => (403, "cluster_block_exception"),
            > 0 => (404, "index_not_found_exception"),
            _ => null,
        };
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
    }

    [Fact]
    public async Task A_batch_that_is_too_large_is_halved_until_it_fits()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(200);
        scene.Server.MaxBodyBytes = 20_000;
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
        Assert.Equal((200, 0), (scene.Counts.Indexed, scene.Counts.Retry));
    }

    [Fact]
    public async Task A_document_that_is_too_large_goes_without_its_request_and_then_to_the_dead_letters()
    {
        await using var scene = await ShippingScene.StartAsync();
        var big = Encoding.UTF8.GetBytes("{\"x\":\"" + new string('x', 50_000) + "\"}");
        var warnings = new string('w', 50_000);
        var ids = scene.Append(5, i => i switch
        {
            2 => Samples.Decision(i) with { Request = big },
            4 => Samples.Decision(i) with { Warnings = [warnings] },
            _ => Samples.Decision(i),
        });
        scene.Server.MaxBodyBytes = 20_000;
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal([ids[0], ids[1], ids[2], ids[4]], scene.Server.Ids);
        Assert.Equal("request", scene.Server.Documents[1].GetProperty("coral").GetProperty("omitted")[0].GetString());
        var dead = Assert.Single(scene.DeadLetters);
        Assert.Equal(ids[3], dead.Id);
        Assert.Contains(warnings, Encoding.UTF8.GetString(dead.Document.Span));
        Assert.Equal(1, scene.Counts.DeadLetter);
    }

    [Fact]
    public async Task A_refused_document_gets_a_lesser_form_under_the_same_id_and_holds_up_no_other()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(500);
        scene.Server.OnDocument = (document, id) => id == ids[250] && document.GetProperty("event").GetProperty("kind").GetString() == "event" ? (400, "document_parsing_exception") : null;
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
        var fallback = Assert.Single(scene.Server.Documents, document => document.GetProperty("event").GetProperty("kind").GetString() == "pipeline_error");
        Assert.Equal("document_parsing_exception", fallback.GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(Samples.Uid(251), fallback.GetProperty("coral").GetProperty("decision").GetProperty("id").GetString());
        Assert.Equal(Samples.Uid(251), JsonNode.Parse(fallback.GetProperty("event").GetProperty("original").GetString()!)!["coral"]!["admission"]!["uid"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_document_refused_in_every_form_is_kept_as_a_dead_letter_once()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(10);
        scene.Server.OnDocument = (_, id) => id == ids[3] || id == ids[7] ? (400, "document_parsing_exception") : null;
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal((8, 2), (scene.Counts.Indexed, scene.Counts.DeadLetter));
        Assert.Equal([ids[3], ids[7]], scene.DeadLetters.Select(frame => frame.Id));

        // A crash after the dead letters and before the checkpoint repeats the batch.
        await scene.Spool.DisposeAsync();
        File.Delete(Path.Combine(scene.Folder, "checkpoint"));
        scene.Reopen();
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal((8, 2), (scene.Counts.Duplicate, scene.Counts.DeadLetter));
        Assert.Equal([ids[3], ids[7]], scene.DeadLetters.Select(frame => frame.Id));
    }

    [Fact]
    public async Task A_document_that_breaks_the_whole_body_is_found_and_the_rest_goes_through()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(300, i => i == 123 ? Samples.Decision(i) with { Request = "{\"broken\":"u8.ToArray() } : Samples.Decision(i));
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal(ids.Where((_, i) => i != 122), scene.Server.Ids);
        Assert.Equal(ids[122], Assert.Single(scene.DeadLetters).Id);
    }

    [Fact]
    public async Task A_rollover_between_two_tries_doubles_nothing()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(40);
        await scene.DrainAsync(options => options with { BatchDocuments = 10 });
        ids.AddRange(scene.Append(40));
        scene.Server.Faults.Enqueue(Reset(store: true, rollover: true));
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
        Assert.Equal((40, 40), (scene.Counts.Indexed, scene.Counts.Duplicate));
    }

    [Fact]
    public async Task A_crash_between_storing_and_the_checkpoint_doubles_nothing_even_over_a_rollover()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(30);
        await scene.DrainAsync();
        await scene.Spool.DisposeAsync();
        File.Delete(Path.Combine(scene.Folder, "checkpoint"));
        scene.Server.Rollover();
        scene.Reopen();
        ids.AddRange(scene.Append(5));
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
        Assert.Equal((35, 30, 30, 5), (scene.Counts.Accepted, scene.Counts.Recovered, scene.Counts.Duplicate, scene.Counts.Indexed));
    }

    [Fact]
    public async Task Stopping_ships_what_is_left_before_it_ends()
    {
        await using var scene = await ShippingScene.StartAsync();
        using var stop = new CancellationTokenSource();
        using var shipper = scene.Shipper(options => options with { Linger = TimeSpan.FromHours(1) });
        var running = shipper.RunAsync(stop.Token);
        var ids = scene.Append(100);
        await stop.CancelAsync();
        await running;
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
    }

    [Fact]
    public async Task Stopping_with_a_dead_server_ends_in_time_and_the_next_life_ships()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(100);
        await scene.Server.DownAsync();
        using var stop = new CancellationTokenSource();
        using (var shipper = scene.Shipper(options => options with { ShutdownTimeout = TimeSpan.FromMilliseconds(50) }))
        {
            var running = shipper.RunAsync(stop.Token);
            await stop.CancelAsync();
            await running;
        }

        Assert.Equal(100, scene.Counts.Pending);
        await scene.Server.UpAsync();
        await scene.Spool.DisposeAsync();
        scene.Reopen();
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
    }

    [Fact]
    public async Task A_damaged_frame_is_counted_and_the_rest_is_shipped()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(20);
        await scene.Spool.DisposeAsync();
        var path = Assert.Single(Directory.GetFiles(scene.Folder, "*.seg"));
        var bytes = File.ReadAllBytes(path);
        bytes[Audit.Spool.SegmentScan.Read(path).Frames[9].Offset + 200] ^= 1;
        File.WriteAllBytes(path, bytes);
        scene.Reopen();
        ids.AddRange(scene.Append(1));
        await scene.DrainAsync();
        scene.AssertIdentity();
        Assert.Equal(1, scene.Counts.Corrupt);
        Assert.Equal(ids.Where((_, i) => i != 9), scene.Server.Ids);
    }

    [Fact]
    public async Task Documents_in_the_failure_store_are_counted_apart()
    {
        await using var scene = await ShippingScene.StartAsync();
        scene.Append(3);
        scene.Server.Faults.Enqueue(Items(items => items[1]!["create"]!["failure_store"] = "used"));
        await scene.DrainAsync();
        Assert.Equal((3, 1), (scene.Counts.Indexed, scene.Counts.FailureStore));
    }

    [Fact]
    public async Task A_mixture_of_every_fault_loses_and_doubles_nothing()
    {
        await using var scene = await ShippingScene.StartAsync();
        var random = new Random(42);
        var all = Faults.Values.Select(fault => fault.Fault).ToArray();
        scene.Server.Always = (context, server, lines) =>
        {
            if (random.Next(10) == 0) server.Rollover();
            return random.Next(2) == 0 ? all[random.Next(all.Length)](context, server, lines) : Task.FromResult(false);
        };
        scene.Server.OnDocument = (_, _) => random.Next(20) == 0 ? (429, "es_rejected_execution_exception") : null;
        using var stop = new CancellationTokenSource();
        using var shipper = scene.Shipper(options => options with { BatchDocuments = 40 });
        var running = shipper.RunAsync(stop.Token);
        var ids = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            ids.AddRange(scene.Append(50));
            await Task.Yield();
        }

        await Wait.Until(() => scene.Counts.Pending == 0, "all is shipped");
        await stop.CancelAsync();
        await running;
        scene.AssertIdentity();
        Assert.Equal(ids, scene.Server.Ids);
    }

    private static BulkFault Reset(bool store, bool rollover = false) => (context, server, lines) =>
    {
        if (store) server.Store(lines);
        if (rollover) server.Rollover();
        context.Abort();
        return Task.FromResult(true);
    };

    private static BulkFault Status(int status) => (context, _, _) => FakeElasticsearch.Answer(context, status, "{}");

    /// <summary>Stores, then answers something else.</summary>
    private static BulkFault Raw(int status, Func<string, string> change) => (context, server, lines) =>
        FakeElasticsearch.Answer(context, status, change(new JsonObject { ["items"] = server.Store(lines) }.ToJsonString()));

    private static BulkFault Items(Action<JsonArray> change) => (context, server, lines) =>
    {
        var items = server.Store(lines);
        change(items);
        return FakeElasticsearch.Answer(context, 200, new JsonObject { ["items"] = items }.ToJsonString());
    };
}
