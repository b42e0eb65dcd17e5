using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Nodes;
using Coral.Testing.Kit;

namespace Coral.Policies.Tests.Nodes.Real;

/// <summary>Gives nodes other labels and taints and asks kube-scheduler where pods go.</summary>
internal sealed class SchedulerOracle(ApiClient api, string space, int count)
{
    private static readonly string[] Keys = ["zone", "gen", "gpu", "sandboxes", Vocabulary.NodeEbpf];

    private readonly string pods = $"/api/v1/namespaces/{space}/pods";

    public string[] Names { get; } = [.. Enumerable.Range(0, count).Select(number => $"fake-{number}")];

    public async Task Prepare()
    {
        await api.CreateNamespace(space);
        (await api.Create("/apis/node.k8s.io/v1/runtimeclasses", AskedPod.Class.DeepClone())).Expect();
    }

    public async Task<List<NodeFacts>> Nodes() =>
        [.. Items(await api.Get("/api/v1/nodes")).Select(node => NodeFacts.Read(node)!).OrderBy(node => node.Name, StringComparer.Ordinal)];

    /// <summary>
    /// Makes another cluster of the nodes and waits until the scheduler has seen it: a pod that only one node in its new shape can take has been placed on each.
    /// </summary>
    public async Task<List<NodeFacts>> Change(int round, RandomCluster random)
    {
        await Clear();
        foreach (var name in Names) (await api.Merge($"/api/v1/nodes/{name}", Shape(random, name, round))).Expect();
        await Task.WhenAll(Names.Select(async name => (await api.Create(pods, Canary(name, round))).Expect()));
        await Eventually.Async(
            async () => Items(await api.Get(pods)).Count(pod => Picked(pod) is not null) == count,
            TimeSpan.FromMinutes(3),
            $"the scheduler knows the nodes of round {round}");
        return await Nodes();
    }

    /// <summary>Every pod as the API server took it, with its node, or null where the scheduler has said that there is none.</summary>
    public async Task<IReadOnlyDictionary<string, (JsonElement Spec, string? Node)>> Place(IReadOnlyCollection<AskedPod> asked)
    {
        var created = new ConcurrentDictionary<string, JsonElement>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(asked, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (pod, _) =>
            created[pod.Name] = Element((await api.Create(pods, pod.Whole())).Expect()).GetProperty("spec"));
        var decided = await Eventually.Async(
            async () => Items(await api.Get(pods)) is var items && items.TrueForAll(pod => Picked(pod) is not null || Refused(pod)) ? items : null,
            TimeSpan.FromMinutes(5),
            "the scheduler has decided on every pod");
        return decided.Where(pod => created.ContainsKey(Name(pod))).ToDictionary(Name, pod => (created[Name(pod)], Picked(pod)), StringComparer.Ordinal);
    }

    public static List<JsonElement> Items(ApiResponse list) => [.. Element(list.Expect()).GetProperty("items").EnumerateArray()];

    public static string? Picked(JsonElement pod) => pod.GetProperty("spec").TryGetProperty("nodeName", out var name) ? name.GetString() : null;

    private async Task Clear()
    {
        (await api.Delete(pods)).Expect();
        await Eventually.Async(async () => Items(await api.Get(pods)).Count == 0, TimeSpan.FromMinutes(3), "the pods of the last round are gone");
    }

    private static JsonObject Shape(RandomCluster random, string name, int round)
    {
        var node = random.Node(name);
        var made = node["metadata"]!["labels"]!.AsObject();
        if (random.Chance(0.5)) made["sandboxes"] = "yes";
        if (random.Chance(0.7)) made[Vocabulary.NodeEbpf] = random.Chance(0.6) ? "minimal" : "full";

        // What a merge doesn't name stays.
        var labels = new JsonObject { ["type"] = "kwok", ["round"] = $"r{round}" };
        foreach (var key in Keys) labels[key] = made[key]?.DeepClone();

        if (random.Chance(0.4)) node["spec"]!["taints"]!.AsArray().Add(new JsonObject { ["key"] = "cost", ["value"] = random.Chance(0.5) ? "1" : "9", ["effect"] = "NoSchedule" });

        // The API server wants a key to have an effect only once.
        var taints = node["spec"]!["taints"]!.AsArray().DistinctBy(taint => (taint!["key"]!.ToString(), taint["effect"]!.ToString())).Select(taint => taint!.DeepClone());
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = labels },
            ["spec"] = new JsonObject { ["taints"] = new JsonArray([.. taints]), ["unschedulable"] = node["spec"]!["unschedulable"]?.DeepClone() },
        };
    }

    private static JsonNode Canary(string node, int round) => JsonNode.Parse($$$"""
        {"metadata": {"name": "canary-{{{node}}}"}, "spec": {"nodeSelector": {"round": "r{{{round}}}"}, "tolerations": [{"operator": "Exists"}],
         "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
           {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["{{{node}}}"]}]}]} } },
         "containers": [{"name": "app", "image": "app"}]} }
        """)!;

    private static bool Refused(JsonElement pod) =>
        pod.GetProperty("status").TryGetProperty("conditions", out var conditions)
        && conditions.EnumerateArray().Any(condition => condition.GetProperty("type").ValueEquals("PodScheduled") && condition.TryGetProperty("reason", out var reason) && reason.ValueEquals("Unschedulable"));

    private static string Name(JsonElement pod) => pod.GetProperty("metadata").GetProperty("name").GetString()!;

    private static JsonElement Element(JsonNode node) => JsonElement.Parse(node.ToJsonString());
}
