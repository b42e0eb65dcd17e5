using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;
using Coral.Policies.Tests.Real;
using Coral.Testing.Kit;

namespace Coral.Policies.Tests.Nodes.Real;

/// <summary>
/// The real kube-scheduler as the oracle. Its nodes have room for every pod, so that only what we model decides: a pod with a feasible node
/// must be placed on one of them, and a pod without must stay unschedulable.
/// </summary>
[Collection(RealCollection.Name)]
public sealed class RealSchedulerTests(RealCluster cluster)
{
    private const string Namespace = "scheduler";
    private const string Pods = $"/api/v1/namespaces/{Namespace}/pods";
    private const int PodCount = 150;
    private const int Seed = 20261121;

    [KitFact]
    public async Task The_real_scheduler_picks_a_feasible_node_and_none_where_there_is_none()
    {
        string[] names = [.. Enumerable.Range(0, RealCluster.Nodes).Select(number => $"fake-{number}")];
        var random = new RandomCluster(Seed, [.. names, "gone"]);
        await cluster.Api.CreateNamespace(Namespace);
        foreach (var name in names) (await cluster.Api.Merge($"/api/v1/nodes/{name}", Change(random, name))).Expect();

        var created = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        for (var number = 0; number < PodCount; number++)
        {
            var spec = random.Pod(valid: true);
            spec["containers"] = new JsonArray(new JsonObject { ["name"] = "app", ["image"] = "app" });
            var pod = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = new JsonObject { ["name"] = $"pod-{number}" }, ["spec"] = spec };
            created[$"pod-{number}"] = Element(await cluster.Api.Create(Pods, pod)).GetProperty("spec");
        }

        var decided = await Decided();
        var nodes = Element(await cluster.Api.Get("/api/v1/nodes")).GetProperty("items").EnumerateArray().Select(node => NodeFacts.Read(node)!).ToDictionary(node => node.Name, StringComparer.Ordinal);
        var all = Index(nodes.Values);
        var placed = 0;
        foreach (var (name, spec) in created)
        {
            var feasible = all.FloorFor(spec, default, Strategy.Common).FeasibleCount;
            var picked = decided[name];
            Assert.True(feasible > 0 == picked is not null, $"{name}: {feasible} feasible nodes, placed on {picked ?? "none"}: {spec}");
            if (picked is null) continue;
            placed++;
            Assert.True(Index([nodes[picked]]).FloorFor(spec, default, Strategy.Common).FeasibleCount == 1, $"{name}: {picked} is not feasible: {spec}");
        }

        // The seed must have made both kinds, or the test says nothing.
        Assert.InRange(placed, 30, PodCount - 30);
    }

    private static JsonElement Element(ApiResponse answer) => answer.Expect().Deserialize<JsonElement>();

    private static NodeIndex Index(IEnumerable<NodeFacts> nodes) => NodeIndex.Build(nodes, [], Samples.Now, ReportOrigin.Cluster);

    private static JsonObject Change(RandomCluster random, string name)
    {
        var node = random.Node(name);
        var labels = node["metadata"]!["labels"]!.DeepClone();
        labels["type"] = "kwok";

        // The API server wants a key to have an effect only once.
        var taints = node["spec"]!["taints"]!.AsArray().DistinctBy(taint => (taint!["key"]!.ToString(), taint["effect"]!.ToString())).Select(taint => taint!.DeepClone());
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = labels },
            ["spec"] = new JsonObject { ["taints"] = new JsonArray([.. taints]), ["unschedulable"] = name == "fake-5" },
        };
    }

    /// <summary>The node of each pod, or null where the scheduler has said that there is none.</summary>
    private async Task<Dictionary<string, string?>> Decided()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3), TimeProvider.System);
        while (true)
        {
            var pods = Element(await cluster.Api.Get(Pods)).GetProperty("items").EnumerateArray().ToList();
            if (pods.TrueForAll(pod => Node(pod) is not null || Refused(pod)))
            {
                return pods.ToDictionary(pod => pod.GetProperty("metadata").GetProperty("name").GetString()!, Node, StringComparer.Ordinal);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, limit.Token);
        }
    }

    private static string? Node(JsonElement pod) => pod.GetProperty("spec").TryGetProperty("nodeName", out var name) ? name.GetString() : null;

    private static bool Refused(JsonElement pod) =>
        pod.GetProperty("status").TryGetProperty("conditions", out var conditions)
        && conditions.EnumerateArray().Any(condition => condition.GetProperty("type").ValueEquals("PodScheduled") && condition.TryGetProperty("reason", out var reason) && reason.ValueEquals("Unschedulable"));
}
