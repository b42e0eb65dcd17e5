using System.Text.Json.Nodes;

namespace Coral.Cluster.Tests.Real;

/// <summary>Pods that are hard to add anything to: each has its documented outcome, and each runs.</summary>
[Collection(DefaultTests.Name)]
public sealed class OutcomeTests(DefaultCluster installed) : ClusterTests(installed)
{
    [ClusterTheory]
    [InlineData(4317, "port-taken")]
    [InlineData(4318, "port-taken")]
    [InlineData(9001, "port-taken")]
    [InlineData(9090, null)]
    public async Task A_pod_that_declares_one_of_our_ports_runs_without_us_and_any_other_with_us(int port, string? reason)
    {
        var wanted = await WantedAsync("restricted");
        App.Container(wanted)["ports"]!.AsArray().Add(new JsonObject { ["containerPort"] = port });
        await RunsAsync(wanted, reason);
    }

    [ClusterFact]
    public async Task A_pod_with_a_container_of_our_name_runs_as_it_came()
    {
        var wanted = await WantedAsync("restricted");
        var own = App.Container(App.Pod("own", "own", "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"));
        own["name"] = "coral-agent";
        wanted["spec"]!["containers"]!.AsArray().Add(own.DeepClone());
        await RunsAsync(wanted, "container-name-taken");
    }

    [ClusterFact]
    public async Task A_pod_on_the_nodes_network_runs_as_it_came()
    {
        var wanted = await WantedAsync("privileged");
        wanted["spec"]!["hostNetwork"] = true;
        App.Container(wanted).Remove("ports");
        await RunsAsync(wanted, "host-network");
    }

    [ClusterFact]
    public async Task A_shared_process_table_is_shared_where_it_is_asked_for()
    {
        var wanted = await WantedAsync("privileged");
        wanted["metadata"]!["annotations"] = new JsonObject { ["coral.io/share-pid"] = "true" };
        var pod = await RunsAsync(wanted, null);
        Assert.Contains("pause", await Cluster.ExecAsync(pod, "app", "cat", "/proc/1/cmdline"), StringComparison.Ordinal);
        Assert.Contains("httpd", await Cluster.ExecAsync(pod, "app", "ps"), StringComparison.Ordinal);
        Assert.Contains("coral-agent", await Cluster.ExecAsync(pod, "app", "ps"), StringComparison.Ordinal);
    }

    [ClusterFact]
    public async Task Probes_that_ask_localhost_are_answered_by_the_application()
    {
        var wanted = await WantedAsync("restricted");
        JsonObject Probe() => new() { ["exec"] = new JsonObject { ["command"] = new JsonArray("wget", "-q", "-O", "/dev/null", "http://localhost:8080/") }, ["periodSeconds"] = 1, ["timeoutSeconds"] = 10 };
        foreach (var probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" }) App.Container(wanted)[probe] = Probe();
        App.Container(wanted)["startupProbe"]!["failureThreshold"] = 60;
        await RunsAsync(wanted, null);
    }

    [ClusterTheory]
    [InlineData("native")]
    [InlineData("regular")]
    public async Task A_Guaranteed_pod_stays_Guaranteed(string form)
    {
        var wanted = App.Pod("it", form == "native" ? await installed.OptedInAsync("restricted") : await installed.RegularAsync("restricted"));
        App.Container(wanted)["resources"] = Resources("50m", "64Mi", "50m", "64Mi");
        Assert.Equal("Guaranteed", (string?)(await RunsAsync(wanted, null))["status"]!["qosClass"]);
    }

    [ClusterTheory]
    [InlineData("4", null)]
    [InlineData("100m", "limit-range")]
    public async Task A_LimitRange_is_kept(string most, string? reason)
    {
        var wanted = await WantedAsync("restricted");
        await LimitAsync(wanted, "LimitRange", new JsonObject
        {
            ["limits"] = new JsonArray(new JsonObject { ["type"] = "Container", ["max"] = new JsonObject { ["cpu"] = most }, ["default"] = new JsonObject { ["cpu"] = "100m" }, ["defaultRequest"] = new JsonObject { ["cpu"] = "10m" } }),
        });
        await RunsAsync(wanted, reason);
    }

    [ClusterTheory]
    [InlineData("1", null)]
    [InlineData("150m", "resource-quota")]
    public async Task A_ResourceQuota_is_kept(string most, string? reason)
    {
        var wanted = await WantedAsync("restricted");
        App.Container(wanted)["resources"] = Resources("10m", "64Mi", "100m", "64Mi");
        await LimitAsync(wanted, "ResourceQuota", new JsonObject { ["hard"] = new JsonObject { ["limits.cpu"] = most } });
        await Eventually.Async(async () => (await Cluster.Get("resourcequota", "it", "-n", NamespaceOf(wanted)))["status"]?["hard"] is not null, TimeSpan.FromSeconds(60), "the quota is in force");
        await RunsAsync(wanted, reason);
    }

    private async Task<JsonObject> WantedAsync(string level) => App.Pod("it", await installed.OptedInAsync(level));

    /// <summary>Ready with the sidecar where <paramref name="reason"/> is null; else ready without, and the reason is told to who made it.</summary>
    private async Task<JsonNode> RunsAsync(JsonObject wanted, string? reason)
    {
        // The webhook hears of a new limit a moment after it was made.
        await Eventually.Async(async () => (Injected.Of(await Cluster.TrialAsync(wanted))?.Variant is null) == (reason is not null), TimeSpan.FromSeconds(30), $"the outcome is {reason ?? "a sidecar"}");
        var (pod, warnings) = await Cluster.ReadyAsync(wanted);
        if (reason is null)
        {
            Assert.NotNull(Injected.Of(pod)?.Variant);
            Assert.Empty((await Cluster.StatusAsync(pod)).GetProperty("problems").EnumerateArray());
            return pod;
        }

        Assert.Contains(reason, warnings, StringComparison.Ordinal);
        Assert.Equal(wanted["spec"]!["containers"]!.AsArray().Count, pod["spec"]!["containers"]!.AsArray().Count);
        Assert.False(Injected.Has(pod, "initContainers"));
        return pod;
    }

    private async Task LimitAsync(JsonObject pod, string kind, JsonObject spec) => await Cluster.Apply(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = "it", ["namespace"] = NamespaceOf(pod) },
        ["spec"] = spec,
    }.ToJsonString());

    private static string NamespaceOf(JsonObject pod) => (string)pod["metadata"]!["namespace"]!;

    private static JsonObject Resources(string requestedCpu, string requestedMemory, string cpu, string memory) => new()
    {
        ["requests"] = new JsonObject { ["cpu"] = requestedCpu, ["memory"] = requestedMemory },
        ["limits"] = new JsonObject { ["cpu"] = cpu, ["memory"] = memory },
    };
}
