using Coral.Kubernetes.Tests.Fakes;

namespace Coral.Kubernetes.Tests.Informers;

public sealed class InformerTests
{
    [Fact]
    public async Task It_lists_page_by_page_and_follows_changes()
    {
        await using var running = await RunningInformer.CreateAsync(new InformerOptions { PageSize = 2 }, "a", "b", "c", "d", "e");
        Assert.Equal(InformerState.Starting, running.Informer.State);
        running.Start();
        await running.Synced();
        Assert.Equal(["ns/a", "ns/b", "ns/c", "ns/d", "ns/e"], running.Informer.Items.Keys.Select(key => key.ToString()).Order());
        Assert.Equal(3, running.Server.Requests.Count(request => request.Contains("limit=2", StringComparison.Ordinal)));

        await Eventually.Is(() => running.Server.OpenWatches == 1, "a watch is open");
        running.Server.Store.Put("f");
        running.Server.Store.Put("a", "changed");
        running.Server.Store.Delete("b");
        await running.Catch();
        Assert.Equal("changed", running.Informer.Items[new("ns", "a")].GetProperty("value").GetString());
        Assert.Equal(InformerState.Synced, running.Informer.State);
    }

    [Fact]
    public async Task It_asks_for_bookmarks_and_a_limited_watch_from_the_list_on()
    {
        await using var running = await RunningInformer.StartAsync("a");
        var watch = running.Server.Requests.Last();
        Assert.Contains("resourceVersion=101", watch, StringComparison.Ordinal);
        Assert.Contains("allowWatchBookmarks=true", watch, StringComparison.Ordinal);
        var seconds = int.Parse(watch.Split("timeoutSeconds=")[1]);
        Assert.InRange(seconds, 240, 480);
    }

    [Fact]
    public async Task A_bookmark_moves_the_version_from_which_the_next_watch_starts()
    {
        await using var running = await RunningInformer.StartAsync("a");
        for (var i = 0; i < 5; i++) running.Server.Store.Put("elsewhere", $"{i}", tell: false);
        running.Server.Send(running.Server.Store.Bookmark());
        running.Server.EndWatches();
        await Eventually.Is(() => running.Server.WatchesOpened == 2, "the watch is opened again", () => running.Time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Contains($"resourceVersion={running.Server.Store.Version}&", running.Server.Requests.Last(), StringComparison.Ordinal);
        Assert.Equal(1, running.Server.Requests.Count(request => request.Contains("limit=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_expired_version_is_answered_by_a_new_list_that_finds_what_was_deleted()
    {
        await using var running = await RunningInformer.StartAsync("a", "b", "c");
        running.Server.Silent = true;
        running.Server.Store.Delete("b");
        running.Server.Store.Put("d");
        running.Server.Store.Compact();
        running.Server.Silent = false;
        running.Server.EndWatches();
        await running.Catch();
        Assert.False(running.Informer.Items.ContainsKey(new("ns", "b")));
    }

    [Fact]
    public async Task An_expiry_told_inside_the_stream_is_answered_by_a_new_list()
    {
        await using var running = await RunningInformer.StartAsync("a", "b");
        running.Server.Store.Delete("a", tell: false);
        running.Server.Store.Compact();
        running.Server.Send(FakeStore.Event("ERROR", FakeApiServer.Status(410, "Expired", "too old resource version")));
        await running.Catch();
    }

    [Theory]
    [InlineData("this is no JSON")]
    [InlineData("""{"type":"MODIFIED","object":{"kind":"Pod"}}""")]
    [InlineData("""{"type":"RENAMED","object":{"metadata":{"name":"a","namespace":"ns","resourceVersion":"900"}}}""")]
    [InlineData("""{"type":"MODIFIED"}""")]
    [InlineData("""{"type":"ERROR","object":{"kind":"Status","code":500,"reason":"InternalError","message":"boom"}}""")]
    public async Task A_line_that_makes_no_sense_is_answered_by_a_new_list(string line)
    {
        await using var running = await RunningInformer.StartAsync("a", "b");
        running.Server.Store.Delete("a", tell: false);
        running.Server.Send(line);
        await running.Catch();
        Assert.Equal(2, running.Server.Requests.Count(request => request.Contains("limit=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_event_that_comes_twice_changes_nothing_the_second_time()
    {
        await using var running = await RunningInformer.StartAsync("a");
        var changes = 0;
        running.Informer.Changed += _ => Interlocked.Increment(ref changes);
        var line = FakeStore.Event("MODIFIED", running.Server.Store.Objects["ns/a"]);
        running.Server.Send(line);
        running.Server.Send(line);
        running.Server.Store.Put("b");
        await running.Catch();
        Assert.Equal(1, changes);
    }

    [Fact]
    public async Task A_connection_that_breaks_within_an_event_is_resumed_without_a_new_list()
    {
        await using var running = await RunningInformer.StartAsync("a");
        running.Server.EndWithinEvent();
        await Eventually.Is(() => running.Informer.LastError?.Contains("broke off", StringComparison.Ordinal) == true, "the break is told");
        running.Server.Store.Put("a", "second");
        await running.Catch();
        Assert.Equal(1, running.Server.Requests.Count(request => request.Contains("limit=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_silent_watch_is_reconnected_before_the_items_count_as_stale()
    {
        await using var running = await RunningInformer.StartAsync("a");
        running.Server.Silent = true;
        running.Server.Store.Put("a", "unheard");
        running.Time.Advance(TimeSpan.FromSeconds(74));
        Assert.Equal(1, running.Server.WatchesOpened);
        running.Time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.Is(() => running.Server.WatchesOpened == 2, "the watch is opened again");
        Assert.Equal(InformerState.Synced, running.Informer.State);
        await running.Catch();
    }

    [Fact]
    public async Task A_watch_that_is_never_answered_is_given_up_and_told()
    {
        await using var running = await RunningInformer.StartAsync("a");
        running.Server.Intercept = async context =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        running.Server.EndWatches();
        await Eventually.Is(
            () => running.Informer.LastError == "no answer to a watch within 30 s", "given up", () => running.Time.Advance(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task A_server_that_never_ends_its_watches_has_them_ended_half_a_minute_later()
    {
        await using var running = await RunningInformer.StartAsync("a");
        var begun = running.Time.GetTimestamp();
        while (running.Server.WatchesOpened == 1)
        {
            // Never silent for long, so that only the deadline (240 to 480 s and 30 more) can end it.
            running.Time.Advance(TimeSpan.FromSeconds(30));
            var heard = running.Informer.LastEvent;
            running.Server.Send(running.Server.Store.Bookmark());
            await Eventually.Is(() => running.Informer.LastEvent > heard || running.Server.WatchesOpened > 1, "the bookmark is heard");
            Assert.InRange(running.Time.GetElapsedTime(begun).TotalSeconds, 0, 570);
        }

        Assert.InRange(running.Time.GetElapsedTime(begun).TotalSeconds, 270, 570);
    }

    [Fact]
    public async Task Items_count_as_stale_when_the_server_is_not_heard_and_as_synced_when_it_is_again()
    {
        await using var running = await RunningInformer.StartAsync("a");
        running.Server.Intercept = async context =>
        {
            await FakeApiServer.AnswerAsync(context, 503, FakeApiServer.Status(503, "ServiceUnavailable", "starting"));
            return true;
        };
        running.Server.AbortWatches();
        await Eventually.Is(() => running.Informer.State == InformerState.Stale, "stale", () => running.Time.Advance(TimeSpan.FromSeconds(1)));
        Assert.True(running.Informer.Staleness > Informer.StaleAfter);
        Assert.Contains("starting", running.Informer.LastError, StringComparison.Ordinal);
        Assert.True(running.Informer.Items.ContainsKey(new("ns", "a")));

        running.Server.Intercept = null;
        await Eventually.Is(() => running.Informer.State == InformerState.Synced, "synced", () => running.Time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Null(running.Informer.LastError);
    }

    [Fact]
    public async Task A_list_that_is_needed_and_fails_makes_the_items_stale_at_once()
    {
        await using var running = await RunningInformer.StartAsync("a");
        running.Server.Store.Compact();
        running.Server.Intercept = async context =>
        {
            if (context.Request.Query["watch"] == "true") return false;
            await FakeApiServer.AnswerAsync(context, 403, FakeApiServer.Status(403, "Forbidden", "pods is forbidden"));
            return true;
        };
        running.Server.EndWatches();
        await Eventually.Is(() => running.Informer.LastError?.Contains("forbidden", StringComparison.Ordinal) == true, "refused", () => running.Time.Advance(TimeSpan.FromMilliseconds(100)));
        Assert.Equal(InformerState.Stale, running.Informer.State);
    }

    [Fact]
    public async Task An_expired_continue_token_starts_the_list_again_and_nothing_is_deleted_halfway()
    {
        await using var running = await RunningInformer.CreateAsync(new InformerOptions { PageSize = 2 }, "a", "b", "c", "d", "e");
        var pages = 0;
        running.Server.Intercept = context =>
        {
            // Between the second and the third page of the first list.
            if (context.Request.Query["limit"] == "2" && ++pages == 3) running.Server.Store.Compact();
            return Task.FromResult(false);
        };
        running.Start();
        await Eventually.Is(() => running.Informer.State == InformerState.Synced, "synced", () => running.Time.Advance(TimeSpan.FromMilliseconds(100)));
        Assert.Equal(5, running.Informer.Items.Count);
        Assert.Equal(6, pages);
    }

    [Fact]
    public async Task Deletions_show_only_when_the_last_page_is_read()
    {
        await using var running = await RunningInformer.CreateAsync(new InformerOptions { PageSize = 2 }, "a", "b", "c", "d", "e");
        running.Start();
        await running.Synced();
        await Eventually.Is(() => running.Server.OpenWatches == 1, "a watch is open");
        var fewest = int.MaxValue;
        running.Informer.Changed += informer => fewest = Math.Min(fewest, informer.Items.Count);
        running.Server.Store.Delete("a", tell: false);
        running.Server.Store.Compact();
        running.Server.EndWatches();
        await running.Catch();
        // Items are there a moment before their listeners hear of them.
        await Eventually.Is(() => Volatile.Read(ref fewest) < int.MaxValue, "the change is told");
        Assert.Equal(4, fewest);
    }

    [Fact]
    public async Task A_kind_that_the_server_does_not_know_is_absent_until_it_does()
    {
        await using var running = await RunningInformer.CreateAsync();
        running.Server.Known = false;
        running.Start();
        await running.Synced();
        Assert.Equal(InformerState.Absent, running.Informer.State);
        Assert.Empty(running.Informer.Items);

        running.Server.Known = true;
        running.Server.Store.Put("a");
        await Eventually.Is(() => running.Informer.State == InformerState.Synced, "known", () => running.Time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Single(running.Informer.Items);

        running.Server.Known = false;
        running.Server.EndWatches();
        await Eventually.Is(() => running.Informer.State == InformerState.Absent, "gone", () => running.Time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Empty(running.Informer.Items);
    }

    [Fact]
    public async Task The_server_says_when_to_come_back()
    {
        await using var running = await RunningInformer.StartAsync("a");
        running.Server.Intercept = async context =>
        {
            context.Response.Headers.RetryAfter = "20";
            await FakeApiServer.AnswerAsync(context, 429, FakeApiServer.Status(429, "TooManyRequests", "too many requests"));
            return true;
        };
        running.Server.AbortWatches();
        await Eventually.Is(() => running.Informer.LastError?.Contains("too many", StringComparison.Ordinal) == true, "told to wait", () => running.Time.Advance(TimeSpan.FromMilliseconds(50)));
        running.Server.Intercept = null;
        await Eventually.Is(() => running.Time.Waiting > 0, "the informer waits");
        var requests = running.Server.Requests.Count;
        running.Time.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal(requests, running.Server.Requests.Count);
        await Eventually.Is(() => running.Server.OpenWatches == 1, "it has come back", () => running.Time.Advance(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task A_listener_that_fails_does_not_stop_it()
    {
        await using var running = await RunningInformer.StartAsync("a");
        running.Informer.Changed += _ => throw new InvalidOperationException("a careless listener");
        running.Server.Store.Put("b");
        await running.Catch();
        running.Server.Store.Put("c");
        await running.Catch();
    }

    [Fact]
    public async Task Objects_are_trimmed_before_they_are_kept()
    {
        var options = new InformerOptions { Trim = static item => item.GetProperty("metadata") };
        await using var running = (await RunningInformer.CreateAsync(options, "a")).Start();
        await running.Synced();
        Assert.False(running.Informer.Items[new("ns", "a")].TryGetProperty("value", out _));
    }

    [Fact]
    public async Task It_ends_without_an_exception_even_when_something_breaks_in_that_moment()
    {
        RunningInformer? running = null;
        var options = new InformerOptions
        {
            Trim = _ =>
            {
                running!.Cancel();
                throw new FormatException("broken");
            },
        };
        await using (running = await RunningInformer.CreateAsync(options, "a")) await running.Start().Ended();
    }

    [Fact]
    public async Task It_runs_once()
    {
        await using var running = await RunningInformer.StartAsync("a");
        await Assert.ThrowsAsync<InvalidOperationException>(() => running.Informer.RunAsync(CancellationToken.None));
    }
}
