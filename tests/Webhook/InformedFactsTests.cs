using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Coral.Kubernetes;
using Coral.Policies;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;
using Coral.Testing;
using Coral.Webhook.Facts;
using Coral.Webhook.Facts.Probing;
using Coral.Webhook.Tests.Probing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Webhook.Tests;

/// <summary>What informers hear becomes one snapshot: at once for namespaces, at most once a second for nodes.</summary>
public sealed class InformedFactsTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new();
    private readonly FakeCluster cluster = new();
    private readonly CancellationTokenSource stop = new();
    private InformedFacts facts = null!;
    private Task running = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        facts = new InformedFacts(cluster, ClusterFacts.Empty, time, NullLoggerFactory.Instance);
        running = facts.RunAsync(stop.Token);
        await UntilAsync(() => facts.Current is not null);
    }

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        facts.Dispose();
        stop.Dispose();
    }

    [Fact]
    public async Task A_namespace_counts_at_once()
    {
        cluster.Add(ApiResource.Namespaces, """{"metadata":{"name":"shop","resourceVersion":"2","labels":{"coral.io/inject":"true"}}}""");

        await UntilAsync(() => facts.Current!.Namespaces.ContainsKey("shop"));
    }

    [Fact]
    public async Task Nodes_that_come_together_make_one_index_and_none_is_lost()
    {
        var before = facts.Current!.Nodes;
        for (var i = 0; i < 50; i++) cluster.Add(ApiResource.Nodes, $$$"""{"metadata":{"name":"n{{{i}}}","resourceVersion":"2"}}""");
        cluster.Add(ApiResource.Namespaces, """{"metadata":{"name":"after","resourceVersion":"2"}}""");
        await UntilAsync(() => facts.Current!.Namespaces.ContainsKey("after"));
        Assert.Same(before, facts.Current!.Nodes);

        await UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return facts.Current!.Nodes.Count == 50;
        });
    }

    // A timer cannot wait for it: a report that says so must not end the following of all others.
    [Theory]
    [InlineData("2026-12-31T23:59:59Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public async Task A_report_of_a_far_future_proves_nothing_and_keeps_nothing_from_being_followed(string expiresAt)
    {
        cluster.Add(ApiResource.Nodes, """{"metadata":{"name":"a","resourceVersion":"2"}}""");
        cluster.Add(ApiResource.NodeCapabilities, $$"""{"metadata":{"name":"a","resourceVersion":"2"},"node":"a","expiresAt":"{{expiresAt}}"}""");
        await UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return facts.Current!.Nodes.FloorFor(default, default, Strategy.Common).Reason == FloorReason.StaleReport;
        });
        cluster.Add(ApiResource.Namespaces, """{"metadata":{"name":"after","resourceVersion":"2"}}""");

        await UntilAsync(() => running.IsCompleted || facts.Current!.Namespaces.ContainsKey("after"));
        Assert.False(running.IsCompleted, running.Exception?.Message);
    }

    [Fact]
    public async Task A_kind_that_is_not_installed_is_said_and_keeps_nothing_from_being_decided()
    {
        Assert.NotNull(facts.Current);
        var line = Assert.Single(facts.Health, line => line.Name == "injectionpolicies");
        Assert.True(line.Well);
        Assert.Contains("not installed", line.Text, StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_namespace_that_is_asked_for_is_read_from_the_server()
    {
        cluster.Live["late"] = """{"metadata":{"name":"late","labels":{"coral.io/inject":"true"}}}""";

        Assert.True((await facts.RefreshAsync("late", CancellationToken.None)).Namespaces.ContainsKey("late"));
        Assert.False((await facts.RefreshAsync("gone", CancellationToken.None)).Namespaces.ContainsKey("gone"));
    }

    [Fact]
    public async Task What_a_probe_learns_becomes_a_fact_and_until_then_nothing_waits_for_it()
    {
        using var answer = new ManualResetEventSlim();
        var server = new FakeProbeServer { Enforce = FakeProbeServer.Level("baseline:v1.30"), Creating = _ => answer.Wait(stop.Token) };
        var prober = new PodSecurityProber(new DefaultsProbe(server.Connect), time, NullLogger.Instance);
        using var probing = new InformedFacts(cluster, ClusterFacts.Empty, time, NullLoggerFactory.Instance, prober);
        var run = Task.Run(() => probing.RunAsync(stop.Token));

        await UntilAsync(() => probing.Current is not null);
        Assert.Null(probing.Current!.Probed);
        Assert.True(Assert.Single(probing.Health, line => line.Name == "pod-security-probe").Well);

        answer.Set();
        await UntilAsync(() => probing.Current!.Probed is not null);
        Assert.Equal("baseline:v1.30", probing.Current!.Probed!.Enforce.ToString());
        await stop.CancelAsync();
        await run;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>A server with empty lists, watches that tests feed, and none of our kinds.</summary>
    private sealed class FakeCluster : IKubernetesClient
    {
        private readonly ConcurrentDictionary<string, Channel<WatchEvent>> watches = new(StringComparer.Ordinal);

        internal ConcurrentDictionary<string, string> Live { get; } = new(StringComparer.Ordinal);

        internal void Add(ApiResource resource, string item) => Watch(resource).Writer.TryWrite(new WatchEvent(WatchEventType.Added, JsonDocument.Parse(item).RootElement));

        public Task<JsonElement> ListAsync(ApiResource resource, ListOptions? options = null, CancellationToken cancellation = default) => resource.Plural == "injectionpolicies"
            ? Task.FromException<JsonElement>(new KubernetesException(System.Net.HttpStatusCode.NotFound, "NotFound", "no such kind", null))
            : Task.FromResult(JsonDocument.Parse("""{"metadata":{"resourceVersion":"1"},"items":[]}""").RootElement);

        public async IAsyncEnumerable<WatchEvent> WatchAsync(ApiResource resource, WatchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellation = default)
        {
            options?.Opened?.Invoke();
            await foreach (var item in Watch(resource).Reader.ReadAllAsync(cancellation)) yield return item;
        }

        public Task<JsonElement> GetAsync(ApiResource resource, string? ns, string name, CancellationToken cancellation = default) => Live.TryGetValue(name, out var item)
            ? Task.FromResult(JsonDocument.Parse(item).RootElement)
            : Task.FromException<JsonElement>(new KubernetesException(System.Net.HttpStatusCode.NotFound, "NotFound", "no such namespace", null));

        public Task<JsonElement> CreateAsync(ApiResource resource, string? ns, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<JsonElement> PatchAsync(ApiResource resource, string? ns, string name, ReadOnlyMemory<byte> patch, PatchType type, WriteOptions? options = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<JsonElement> ApplyAsync(ApiResource resource, string? ns, string name, ReadOnlyMemory<byte> body, string fieldManager, bool force = false, WriteOptions? options = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<JsonElement> DeleteAsync(ApiResource resource, string? ns, string name, WriteOptions? options = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<ServerVersion> GetVersionAsync(CancellationToken cancellation = default) => throw new NotSupportedException();

        private Channel<WatchEvent> Watch(ApiResource resource) => watches.GetOrAdd(resource.Plural, static _ => Channel.CreateUnbounded<WatchEvent>());
    }
}
