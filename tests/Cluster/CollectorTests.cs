using System.Text.Json.Nodes;

namespace Coral.Cluster.Tests.Real;

/// <summary>What the node agents' collectors see of pods, as it is found on the search server.</summary>
[Collection(DefaultTests.Name)]
public sealed class CollectorTests(DefaultCluster installed) : ClusterTests(installed)
{
    private const int Marks = 20;

    // Each is one exec of a program of its own; none of them comes in a burst.
    private static readonly string Quiet = $"for i in $(seq {Marks}); do busybox true mark-$i; sleep 0.3; done; sleep 1000";

    // Once the sidecar's collectors run: each is one program, and one request that the pod answers itself.
    private static readonly string Asking =
        "until busybox wget -q -O /tmp/status http://127.0.0.1:9001/status && grep -q running /tmp/status && ! grep -q waiting /tmp/status; do sleep 1; done; "
        + $"busybox httpd -p 8080 -h /tmp; for i in $(seq {Marks}); do busybox true mark-$i; busybox wget -q -O /dev/null http://127.0.0.1:8080/mark-$i; sleep 0.3; done; sleep 1000";

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

    [ClusterFact(Needs.Search)]
    public async Task K62_K63_K64_the_collectors_of_an_injected_sidecar_tell_of_its_own_pod_and_of_no_other()
    {
        // Another name of the cluster than the node's agent gives, so that it is known who told.
        const string Own = "coral-e2e-sidecar";
        const string Label = "e2e-collectors=sidecar";
        using var searches = new Searches(Cluster.Search!);
        var environment = new Dictionary<string, string>
        {
            ["CORAL_COLLECTORS"] = "exec,tcp_metrics,syscall_stats,http_latency",
            ["CORAL_HTTP_RECORDS"] = "true",
            ["CORAL_SPOOL"] = "/var/lib/coral/spool",
            ["CORAL_SEARCH"] = Cluster.SearchFromPods!.ToString(),
            ["CORAL_CLUSTER"] = Own,
        };
        await installed.PolicyAsync("collectors", Label, new JsonObject
        {
            ["shareProcessNamespace"] = true,
            ["modes"] = new JsonObject { ["raise"] = new JsonArray("ebpf-minimal") },
            ["variants"] = new JsonObject { ["ebpf-minimal"] = new JsonObject { ["env"] = new JsonArray([.. environment.Select(pair => new JsonObject { ["name"] = pair.Key, ["value"] = pair.Value })]) } },
        });
        var ns = await installed.OptedInAsync("privileged", Label);
        var wanted = App.Pod("it", ns, Asking, new JsonObject { ["coral.io/mode"] = "ebpf-minimal" });
        await Eventually.Async(async () => (await Cluster.TrialAsync(wanted))["spec"]!["shareProcessNamespace"] is not null, TimeSpan.FromSeconds(30), "the policy is followed");
        await Cluster.Apply(App.Pod("other", await installed.NamespaceAsync("restricted"), "while :; do busybox true mark-0; sleep 0.1; done").ToJsonString());

        var (pod, _) = await Cluster.ReadyAsync(wanted);

        var (app, node) = (((string)Pods.StatusOf(pod, "app")["containerID"]!).Split("//")[1], (string)pod["spec"]!["nodeName"]!);
        var execs = (IReadOnlyList<JsonNode>)[];
        await Eventually.Async(async () => (execs = await MarksAsync(searches, "it", ("orchestrator.cluster.name", Own))).Count >= Marks, TimeSpan.FromSeconds(120), "all programs of the pod that were begun are found");
        Assert.Equal(Enumerable.Range(1, Marks).Select(number => $"mark-{number}"), execs.Select(exec => (string)exec["process"]!["args"]![2]!));
        Assert.All(execs, exec => Assert.Equal(app, (string?)exec["container"]!["id"]));
        foreach (var direction in new[] { "ingress", "egress" })
        {
            var requests = await searches.FindAsync("logs-coral.ebpf-*", ("orchestrator.cluster.name", Own), ("event.action", "http-request"), ("network.direction", direction), ("container.id", app));
            Assert.Equal(
                Enumerable.Range(1, Marks).Select(number => $"GET /mark-{number} 404"),
                requests.Select(request => $"{request["http"]!["request"]!["method"]} {request["url"]!["path"]} {request["http"]!["response"]!["status_code"]}").Where(request => request.Contains("/mark-", StringComparison.Ordinal)));
        }

        foreach (var metrics in new[] { "tcp", "syscall", "http" })
            await Eventually.Async(async () => (await searches.FindAsync("metrics-coral.node-*", ("orchestrator.cluster.name", Own), ("metricset.name", metrics), ("container.id", app))).Count > 0, TimeSpan.FromSeconds(60), $"sums of {metrics} are found");
        foreach (var index in new[] { "logs-coral.ebpf-*", "metrics-coral.node-*" })
        {
            var all = await searches.FindAsync(index, ("orchestrator.cluster.name", Own));
            Assert.All(all.Where(told => told["container"] is not null), told => Assert.Equal((ns, "it", node), ((string?)told["kubernetes"]!["namespace"], (string?)told["kubernetes"]!["pod"]!["name"], (string?)told["kubernetes"]!["node"]!["name"])));
            Assert.DoesNotContain(all, told => told["process"]?["args"]?.ToJsonString().Contains("mark-0", StringComparison.Ordinal) == true);
        }

        var status = await Cluster.StatusAsync(pod);
        Assert.Empty(status.GetProperty("problems").EnumerateArray());
        Assert.Equal(["exec running", "http_latency running", "syscall_stats running", "tcp_metrics running"], status.GetProperty("collectors").EnumerateArray().Select(one => $"{one.GetProperty("name").GetString()} {one.GetProperty("state").GetString()}").Order(StringComparer.Ordinal));
    }

    private static async Task<IReadOnlyList<JsonNode>> MarksAsync(Searches searches, string pod, params (string Field, string Value)[] values) =>
    [
        .. (await searches.FindAsync("logs-coral.ebpf-*", [("kubernetes.pod.name", pod), ("event.action", "exec"), .. values])).Where(exec => exec["process"]?["args"]?.AsArray() is [_, _, { } mark] && ((string)mark!).StartsWith("mark-", StringComparison.Ordinal)),
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
