using System.Text.Json.Nodes;

namespace Coral.Cluster.Tests.Real;

/// <summary>The overlay <c>ha</c>: three replicas, each with a volume.</summary>
public sealed class HaCluster() : InstalledCluster(new ByScript("ha"))
{
    private readonly string volumes = Directory.CreateTempSubdirectory("coral-e2e-volumes-").FullName;

    // The kit's node provides no volumes by itself. Local ones, because those get the pod's group (fsGroup).
    private protected override async Task PrepareAsync()
    {
        var node = (string)(await Cluster.List("nodes"))[0]["metadata"]!["name"]!;
        for (var i = 0; i < 3; i++)
        {
            var folder = Directory.CreateDirectory(Path.Join(volumes, $"{i}")).FullName;
            await Cluster.Apply($$$"""
                {"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"coral-e2e-{{{i}}}"},"spec":{"capacity":{"storage":"2Gi"},"accessModes":["ReadWriteOnce"],"local":{"path":"{{{folder}}}"},
                 "nodeAffinity":{"required":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"kubernetes.io/hostname","operator":"In","values":["{{{node}}}"]}]}]} } }}
                """);
        }
    }
}

/// <summary>What the volumes of <c>ha</c> are for.</summary>
public sealed class HaTests(HaCluster installed) : IClassFixture<HaCluster>
{
    [ClusterFact(Needs.Kit)]
    public async Task Nothing_is_lost_when_webhook_pods_are_deleted_while_the_search_server_is_down()
    {
        var cluster = installed.Cluster;
        var ns = await installed.OptedInAsync("restricted");
        var decisions = new List<string>();
        async Task DecideAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                // A moment without any replica leaves a pod as it came; nothing was decided then.
                if (Injected.Of(await cluster.TrialAsync(App.Pod($"trial-{decisions.Count}", ns))) is { Decision: { } id }) decisions.Add(id);
            }
        }

        await DecideAsync(5);
        await cluster.OwnSearch!.Kill();
        await DecideAsync(20);
        var before = await UidsAsync();
        await cluster.Kubectl("delete", "pod", "coral-webhook-0", "-n", "coral-system", "--wait=false");
        // As when its node goes: nobody tells it to stop.
        await cluster.Kubectl("delete", "pod", "coral-webhook-1", "-n", "coral-system", "--grace-period=0", "--force");
        await DecideAsync(20);
        await Eventually.Async(async () => await UidsAsync() is { Count: 3 } now && now.Except(before).Count() == 2, TimeSpan.FromSeconds(120), "both are made anew");
        await cluster.Kubectl("rollout", "status", "statefulset/coral-webhook", "-n", "coral-system", "--timeout=180s");
        await DecideAsync(5);
        Assert.True(decisions.Count > 40, $"{decisions.Count} decisions");

        await cluster.OwnSearch.Start();
        using var searches = new Searches(cluster.Search!);
        foreach (var id in decisions) await Eventually.Async(async () => await searches.CountAsync("coral-search-decisions", "coral.decision.id", id) > 0, TimeSpan.FromSeconds(120), $"decision {id} is found");
        foreach (var id in decisions) Assert.Equal(1, await searches.CountAsync("coral-search-decisions", "coral.decision.id", id));
    }

    private async Task<IReadOnlyList<string>> UidsAsync() =>
        [.. (await installed.Cluster.List("pods", "-n", "coral-system", "-l", "app.kubernetes.io/name=coral-webhook")).Where(pod => Ready(pod)).Select(pod => (string)pod["metadata"]!["uid"]!)];

    private static bool Ready(JsonNode pod) => pod["status"]!["conditions"]!.AsArray().Any(condition => ((string?)condition!["type"], (string?)condition["status"]) == ("Ready", "True"));
}
