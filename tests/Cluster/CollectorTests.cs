using System.Text.Json.Nodes;

namespace Coral.Cluster.Tests.Real;

/// <summary>What the node agents' collectors see of pods, as it is found on the search server.</summary>
[Collection(DefaultTests.Name)]
public sealed class CollectorTests(DefaultCluster installed) : ClusterTests(installed)
{
    private const int Marks = 20;

    // Each is one exec of a program of its own; none of them comes in a burst.
    private static readonly string Quiet = $"for i in $(seq {Marks}); do busybox true mark-$i; sleep 0.3; done; sleep 1000";

    // Several times what one control group may send.
    private const string Flood = "for i in 1 2 3 4; do while :; do busybox true; done & done; wait";

    [ClusterFact(Needs.Search)]
    public async Task A_pod_that_floods_hides_no_event_of_another_and_each_says_whose_it_is()
    {
        using var searches = new Searches(Cluster.Search!);
        var ns = await installed.NamespaceAsync("restricted");
        await Cluster.Apply(App.Pod("flood", ns, Flood).ToJsonString());
        await Eventually.Async(async () => (await AccountsAsync(searches, "flood")).Any(books => books["lost_rate"]!.GetValue<long>() > 0), TimeSpan.FromSeconds(90), "the flood is more than is let through, and that is told");
        await Cluster.Apply(App.Workload("Deployment", "quiet", ns, Quiet).ToJsonString());
        var names = (IReadOnlyList<string>)[];
        await Eventually.Async(async () => (names = [.. (await Cluster.List("pods", "-n", ns, "-l", "app=quiet")).Select(pod => (string)pod["metadata"]!["name"]!)]).Count == 2, TimeSpan.FromSeconds(60), "both pods are there");

        foreach (var name in names)
        {
            var execs = (IReadOnlyList<JsonNode>)[];
            await Eventually.Async(async () => (execs = await MarksAsync(searches, name)).Count >= Marks, TimeSpan.FromSeconds(90), $"all events of {name} are found");
            Assert.Equal(Enumerable.Range(1, Marks).Select(number => $"mark-{number}"), execs.Select(exec => (string)exec["process"]!["args"]![2]!));
            var pod = await Cluster.Get("pod", name, "-n", ns);
            var expected = (ns, name, (string)pod["metadata"]!["uid"]!, "app", (string)pod["spec"]!["nodeName"]!, "deployment", "quiet", ((string)pod["status"]!["containerStatuses"]![0]!["containerID"]!).Split("//")[1]);
            Assert.All(execs, exec => Assert.Equal(expected, Names(exec)));
            Assert.All(await AccountsAsync(searches, name), books => Assert.Equal(0, books["lost_rate"]!.GetValue<long>() + books["lost_ring"]!.GetValue<long>() + books["lost_map"]!.GetValue<long>()));
            await Eventually.Async(async () => (await searches.FindAsync("metrics-coral.node-*", ("kubernetes.pod.name", name), ("metricset.name", "syscall"))).Count > 0, TimeSpan.FromSeconds(60), $"the system calls of {name} are summed");
        }

        // Whatever became of it, it is all there.
        Assert.All(await AccountsAsync(searches, "flood"), books => Assert.Equal(
            books["seen"]!.GetValue<long>(),
            new[] { "filtered", "aggregated", "emitted", "lost_ring", "lost_map", "lost_rate", "errors", "sampled" }.Sum(part => books[part]!.GetValue<long>())));
    }

    private static async Task<IReadOnlyList<JsonNode>> MarksAsync(Searches searches, string pod) =>
    [
        .. (await searches.FindAsync("logs-coral.ebpf-*", ("kubernetes.pod.name", pod), ("event.action", "exec"))).Where(exec => exec["process"]?["args"]?.AsArray() is [_, _, { } mark] && ((string)mark!).StartsWith("mark-", StringComparison.Ordinal)),
    ];

    private static async Task<IReadOnlyList<JsonNode>> AccountsAsync(Searches searches, string pod) =>
        [.. (await searches.FindAsync("metrics-coral.node-*", ("kubernetes.pod.name", pod), ("event.action", "collector-account"))).Select(account => account["coral"]!["collector"]!)];

    private static (string?, string?, string?, string?, string?, string?, string?, string?) Names(JsonNode e)
    {
        var kubernetes = e["kubernetes"]!;
        return (
            (string?)kubernetes["namespace"], (string?)kubernetes["pod"]!["name"], (string?)kubernetes["pod"]!["uid"], (string?)kubernetes["container"]!["name"], (string?)kubernetes["node"]!["name"],
            (string?)kubernetes["workload"]!["kind"], (string?)kubernetes["workload"]!["name"], (string?)e["container"]!["id"]);
    }
}
