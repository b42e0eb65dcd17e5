using System.Text;
using System.Text.Json;
using Coral.Testing.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Kubernetes.Tests.Real;

[Collection(RealCollection.Name)]
public sealed class RealInformerTests(RealCluster kit)
{
    [KitFact]
    public async Task After_the_server_is_killed_and_started_the_items_are_those_of_a_fresh_list()
    {
        using var client = Client();
        await using var running = await FollowAsync(client, ApiResource.Namespaces, pageSize: 3);
        for (var i = 0; i < 8; i++) await CreateAsync(client, $"killed-{i}");
        await Reach(running.Informer, informer => informer.Items.ContainsKey(new(null, "killed-7")));

        await kit.Cluster.ApiServer.Kill();
        await Reach(running.Informer, informer => informer.LastError is not null);
        await kit.Cluster.ApiServer.Start();
        await Reach(running.Informer, informer => informer.LastError is null);
        await CreateAsync(client, "after-the-kill");
        await client.DeleteAsync(ApiResource.Namespaces, null, "killed-0");
        await Reach(running.Informer, informer => informer.Items.ContainsKey(new(null, "after-the-kill")) && !informer.Items.ContainsKey(new(null, "killed-0")));
        Assert.Equal(await FreshAsync(client, ApiResource.Namespaces), Versions(running.Informer));
    }

    [KitFact]
    public async Task A_server_that_hangs_with_its_connections_open_is_noticed_and_caught_up_with()
    {
        using var client = Client();
        await using var running = await FollowAsync(client, ApiResource.Namespaces);
        kit.Cluster.ApiServer.Pause();
        try
        {
            // The keep-alive pings of HTTP/2 find this after 45 s.
            await Reach(running.Informer, informer => informer.LastError is not null);
        }
        finally
        {
            kit.Cluster.ApiServer.Continue();
        }

        await CreateAsync(client, "after-the-stop");
        await Reach(running.Informer, informer => informer.Items.ContainsKey(new(null, "after-the-stop")) && informer.State == InformerState.Synced);
    }

    [KitFact]
    public async Task A_kind_is_absent_until_its_definition_is_there_and_again_when_that_is_gone()
    {
        using var client = Client();
        var resource = new ApiResource("test.coral.io", "v1", "things", Namespaced: false);
        var time = new ImpatientTime();
        await using var running = await FollowAsync(client, resource, time: time);
        Assert.Equal(InformerState.Absent, running.Informer.State);

        await client.CreateAsync(ApiResource.CustomResourceDefinitions, null, """
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"things.test.coral.io"},"spec":{"group":"test.coral.io","scope":"Cluster",
             "names":{"plural":"things","kind":"Thing"},"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
            """u8.ToArray());
        await Reach(running.Informer, informer => informer.State == InformerState.Synced);
        await client.CreateAsync(resource, null, """{"apiVersion":"test.coral.io/v1","kind":"Thing","metadata":{"name":"one"}}"""u8.ToArray());
        await Reach(running.Informer, informer => informer.Items.Count == 1);

        await client.DeleteAsync(ApiResource.CustomResourceDefinitions, null, "things.test.coral.io");
        await Reach(running.Informer, informer => informer.State == InformerState.Absent && informer.Items.Count == 0);
    }

    [KitFact]
    public async Task Many_changes_at_once_are_followed_to_the_last()
    {
        using var client = Client();
        var resource = new ApiResource("", "v1", "configmaps", Namespaced: true);
        await using var running = await FollowAsync(client, resource, pageSize: 10);
        await Parallel.ForAsync(0, 300, async (i, cancellation) =>
        {
            var name = $"many-{i}";
            await client.CreateAsync(resource, "default", Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"{{{name}}}"},"data":{"i":"{{{i}}}"}}"""), null, cancellation);
            await client.PatchAsync(resource, "default", name, """{"data":{"j":"1"}}"""u8.ToArray(), PatchType.Merge, null, cancellation);
            if (i % 3 == 0) await client.DeleteAsync(resource, "default", name, null, cancellation);
        });
        var fresh = await FreshAsync(client, resource);
        await Reach(running.Informer, informer => Versions(informer).SequenceEqual(fresh));
        Assert.Equal(200, fresh.Count(pair => pair.Key.StartsWith("default/many-", StringComparison.Ordinal)));
    }

    private static Task CreateAsync(KubernetesClient client, string name) => client.CreateAsync(
        ApiResource.Namespaces, null, Encoding.UTF8.GetBytes($$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{name}}}"}}"""), new WriteOptions { Retry = true });

    private static async Task<SortedDictionary<string, string>> FreshAsync(KubernetesClient client, ApiResource resource)
    {
        var list = await client.ListAsync(resource);
        return new(list.GetProperty("items").EnumerateArray().ToDictionary(item => NamespacedName.Of(item).ToString(), Version), StringComparer.Ordinal);
    }

    private static SortedDictionary<string, string> Versions(Informer informer) =>
        new(informer.Items.ToDictionary(item => item.Key.ToString(), item => Version(item.Value)), StringComparer.Ordinal);

    private static string Version(JsonElement item) => item.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;

    private static async Task Reach(Informer informer, Func<Informer, bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!condition(informer))
        {
            if (patience.IsCancellationRequested) Assert.Fail($"not within 2 minutes; state {informer.State}, {informer.Items.Count} items, last error {informer.LastError}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }
    }

    private static async Task<Following> FollowAsync(KubernetesClient client, ApiResource resource, int pageSize = 500, TimeProvider? time = null)
    {
        var following = new Following(new Informer(client, resource, new InformerOptions { PageSize = pageSize }, time ?? TimeProvider.System, NullLogger.Instance));
        await following.Informer.WaitForSyncAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        return following;
    }

    private KubernetesClient Client() => new(KubernetesConfig.Load(kit.Cluster.Kubeconfig), TimeProvider.System, NullLoggerFactory.Instance);

    private sealed class Following : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly Task run;

        public Following(Informer informer)
        {
            Informer = informer;
            run = Task.Run(() => informer.RunAsync(stop.Token));
        }

        public Informer Informer { get; }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await run;
            stop.Dispose();
        }
    }

    /// <summary>The machine's clock, on which waiting is sixty times as quick.</summary>
    private sealed class ImpatientTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 60 : dueTime, period);
    }
}
