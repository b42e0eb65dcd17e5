using System.Text.Json.Nodes;
using Coral.Audit.Shipping;
using Coral.Audit.Tests.Shipping;
using Coral.Testing;

namespace Coral.Audit.Tests.Faults;

/// <summary>A server that answers, but not well.</summary>
public sealed class AnswerTests
{
    private const int Many = 60;

    private static readonly Dictionary<string, Action<JsonArray>> Mixed = new()
    {
        ["one short"] = items => items.RemoveAt(3),
        ["one more"] = items => items.Add(items[0]!.DeepClone()),
        ["none"] = items => items.Clear(),
        ["an item of another kind"] = items => items[5] = new JsonObject { ["index"] = new JsonObject { ["status"] = 201 } },
        ["an item without a status"] = items => items[5] = new JsonObject { ["create"] = new JsonObject() },
        ["an item of another document"] = items => items[5]!["create"]!["_id"] = "00000000000000000000000000000000",
        ["another order"] = items =>
        {
            var first = items[0]!.DeepClone();
            items[0] = items[^1]!.DeepClone();
            items[^1] = first;
        },
    };

    public static TheoryData<string> MixedNames => [.. Mixed.Keys];

    [Theory]
    [MemberData(nameof(MixedNames))]
    public async Task Case_04_an_answer_about_other_documents_settles_none(string name)
    {
        await using var scene = await ShippingScene.StartAsync();
        scene.Append(Many);
        scene.Server.Faults.Enqueue((context, server, lines) =>
        {
            // Half is refused, so that an answer that is believed in the wrong order would settle the wrong ones.
            var items = server.Store([.. lines.Take(lines.Count / 2).Select(line => line!.DeepClone())]);
            foreach (var line in lines.Skip(lines.Count / 2).Where((_, i) => i % 2 == 0)) items.Add(FakeElasticsearch.Item(429, "", "es_rejected_execution_exception", line!["create"]!["_id"]!.GetValue<string>()));
            Mixed[name](items);
            return FakeElasticsearch.Answer(context, 200, new JsonObject { ["items"] = items }.ToJsonString());
        });
        await scene.DrainAsync();
        Oracle.Check(scene);
        Assert.Equal((Many / 2, Many / 2, 1), (scene.Counts.Indexed, scene.Counts.Duplicate, scene.Counts.Ambiguous));
    }

    [Fact]
    public async Task Case_05_a_storm_of_429_is_met_with_one_request_at_a_time_that_come_ever_more_rarely()
    {
        var clock = new FakeTimeProvider();
        await using var scene = await ShippingScene.StartAsync(clock);
        var storm = true;
        var (answered, pauses) = (0, 0);
        scene.Server.Always = async (context, _, _) =>
        {
            if (!Volatile.Read(ref storm)) return false;
            await FakeElasticsearch.Answer(context, 429, "{}");
            Interlocked.Increment(ref answered);
            return true;
        };
        scene.Append(400);
        using var shipper = scene.Shipper(options => options with
        {
            Requests = 4,
            BatchDocuments = 50,
            BackoffFirst = TimeSpan.FromSeconds(0.5),
            BackoffMax = TimeSpan.FromSeconds(60),
            RequestTimeout = TimeSpan.FromHours(1),
            Random = () =>
            {
                Interlocked.Increment(ref pauses);
                return 1;
            },
        });
        var running = shipper.DrainAsync(default);
        await Wait.Until(() => shipper.AllowedRequests == 1, "the first requests were put off");
        for (var second = 0; second < 600; second++)
        {
            // A request that is on its way may be missed now and then: it then counts as a later one.
            await Wait.Until(() => Volatile.Read(ref pauses) == Volatile.Read(ref answered) && clock.Waiting > 0, "whoever was put off pauses");
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        // 0.5 s, 1 s, 2 s … 60 s: with one at a time no more fit into ten minutes. Fewer, where this machine is slow and the clock runs on during a request.
        Assert.InRange(Volatile.Read(ref answered), 2, 4 + 16);
        await Wait.Until(() => Volatile.Read(ref pauses) == Volatile.Read(ref answered) && clock.Waiting == 1, "one pauses, the others wait for it");
        Volatile.Write(ref storm, false);
        clock.Advance(TimeSpan.FromSeconds(60));
        // No more than that: all of it goes without another pause.
        await running;
        Oracle.Check(scene);
        Assert.Equal((400, 0, 0), (scene.Counts.Indexed, scene.Counts.Duplicate, scene.Counts.Ambiguous));
    }

    [Theory]
    [InlineData("30", 30)]
    [InlineData("Sat, 21 Nov 2026 12:00:45 GMT", 45)]
    public async Task Case_05_the_servers_wish_for_a_pause_is_kept(string wish, int seconds)
    {
        var clock = new FakeTimeProvider();
        var timers = new DueTimes(clock);
        await using var scene = await ShippingScene.StartAsync(timers);
        scene.Server.Faults.Enqueue((context, _, _) =>
        {
            context.Response.Headers.RetryAfter = wish;
            return FakeElasticsearch.Answer(context, 429, "{}");
        });
        scene.Append(Many);
        using var shipper = scene.Shipper(options => options with { RequestTimeout = TimeSpan.FromHours(1), BackoffMax = TimeSpan.FromSeconds(60) });
        var running = shipper.DrainAsync(default);
        await Wait.Until(() => timers.All.Contains(TimeSpan.FromSeconds(seconds)), "the shipper pauses as long as it was asked to", () => string.Join(", ", timers.All));
        clock.Advance(TimeSpan.FromSeconds(seconds));
        await running;
        Oracle.Check(scene);
    }

    [Theory]
    [InlineData("one")]
    [InlineData("all but one")]
    [InlineData("any")]
    public async Task Case_06_only_the_rejected_items_of_a_bulk_are_sent_again(string which)
    {
        await using var scene = await ShippingScene.StartAsync();
        scene.Append(200);
        var random = new Random(6);
        var (rejected, sent, rounds) = (0, 0, 0);
        scene.Server.Always = (context, server, lines) =>
        {
            var n = lines.Count / 2;
            Interlocked.Add(ref sent, n);
            if (Interlocked.Increment(ref rounds) > 100) return Task.FromResult(false);
            // The last that is left is always taken, or it would not end.
            var put = which switch
            {
                "one" => (Func<int, bool>)(i => n > 1 && i == n / 2),
                "all but one" => i => i > 0,
                _ => i => n > 1 && random.Next(2) == 0,
            };
            var items = new JsonArray();
            for (var i = 0; i < n; i++)
            {
                if (put(i))
                {
                    rejected++;
                    items.Add(FakeElasticsearch.Item(429, "", "es_rejected_execution_exception"));
                }
                else
                {
                    items.Add(server.Store([lines[2 * i]!.DeepClone(), lines[(2 * i) + 1]!.DeepClone()])[0]!.DeepClone());
                }
            }

            return FakeElasticsearch.Answer(context, 200, new JsonObject { ["items"] = items }.ToJsonString());
        };
        await scene.DrainAsync(options => options with { BatchDocuments = 100, Requests = 1, BackoffMax = TimeSpan.FromMilliseconds(2) });
        Oracle.Check(scene);
        Assert.Equal((200, 0, rejected, 0), (scene.Counts.Indexed, scene.Counts.Duplicate, scene.Counts.Retry, scene.Counts.Ambiguous));
        Assert.Equal(200 + rejected, sent);
        if (which != "all but one") Assert.InRange(sent, 200, (2 * 200) + 50);
    }

    [Fact]
    public async Task Case_09_a_write_block_is_waited_out_and_a_missing_stream_is_made_again()
    {
        await using var scene = await ShippingScene.StartAsync();
        scene.Append(Many);
        var blocked = Many;
        scene.Server.OnDocument = (_, _) => blocked-- > 0 ? (403, "cluster_block_exception") : null;
        await scene.DrainAsync();
        Oracle.Check(scene);

        // Under way somebody deletes the template and the stream: the server says 404 until they are made again.
        scene.Append(Many);
        scene.Server.Faults.Enqueue((_, server, _) =>
        {
            server.Stored.Clear();
            return Task.FromResult(false);
        });
        scene.Server.OnDocument = (_, _) => scene.Server.Stored.Keys.Any(path => path.StartsWith("_index_template/", StringComparison.Ordinal)) ? null : (404, "index_not_found_exception");
        await scene.DrainAsync();
        Oracle.Check(scene);
        Assert.Equal((2 * Many, 0), (scene.Counts.Indexed, scene.Counts.Ambiguous));
    }

    [Fact]
    public async Task Case_12_what_the_failure_store_took_is_counted_apart()
    {
        await using var scene = await ShippingScene.StartAsync();
        scene.Append(Many);
        scene.Server.Faults.Enqueue((context, server, lines) =>
        {
            var items = server.Store(lines);
            for (var i = 0; i < items.Count; i += 10) items[i]!["create"]!["failure_store"] = "used";
            return FakeElasticsearch.Answer(context, 200, new JsonObject { ["items"] = items }.ToJsonString());
        });
        await scene.DrainAsync();
        Oracle.Check(scene);
        Assert.Equal((Many, Many / 10, 0), (scene.Counts.Indexed, scene.Counts.FailureStore, scene.Counts.DeadLetter));
    }

    /// <summary>A clock that remembers for how long its timers were set.</summary>
    private sealed class DueTimes(TimeProvider inner) : TimeProvider
    {
        public System.Collections.Concurrent.ConcurrentQueue<TimeSpan> All { get; } = new();

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = inner.CreateTimer(callback, state, dueTime, period);
            All.Enqueue(dueTime);
            return timer;
        }
    }
}
