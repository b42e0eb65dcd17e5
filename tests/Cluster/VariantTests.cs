using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coral.Cluster.Tests.Real;

/// <summary>Each variant as kubelet, the runtime and its seccomp profile really give it, beside what the node's agent promised.</summary>
[Collection(DefaultTests.Name)]
public sealed class VariantTests(DefaultCluster installed) : ClusterTests(installed)
{
    private const int NotPermitted = 1;

    [ClusterTheory]
    [InlineData("ebpf-minimal", "minimal", "NET_ADMIN PERFMON BPF")]
    [InlineData("ebpf-full", "full", "NET_ADMIN SYS_PTRACE SYS_ADMIN")]
    [InlineData("ebpf-privileged", null, null)]
    public async Task C45_D4_a_pod_of_an_ebpf_variant_can_do_exactly_what_its_nodes_report_says(string variant, string? way, string? capabilities)
    {
        var pod = await RunAsync("privileged", variant);
        var told = await Cluster.StatusAsync(pod);
        Assert.Equal((variant, 0), (told.GetProperty("variant").GetString(), told.GetProperty("user").GetInt32()));
        if (capabilities is not null) Assert.Equal(capabilities, string.Join(' ', told.GetProperty("capabilities").EnumerateArray().Select(name => name.GetString())));
        Assert.Empty(told.GetProperty("problems").EnumerateArray());

        var report = JsonElement.Parse((await Cluster.Get("nodecapability", (string)pod["spec"]!["nodeName"]!)).ToJsonString());
        var promised = Outcomes(report.GetProperty("facts"), way);
        var found = Outcomes(told.GetProperty("facts"), null);
        Assert.Equal(promised.Keys, found.Keys);
        // The agent may have its node's tracefs, which a container has not, nor may it mount it without SYS_ADMIN: what docs/concepts/node-facts.md says that a report cannot tell.
        var isBarred = capabilities?.Contains("SYS_ADMIN", StringComparison.Ordinal) == false && found["tracepoint"] == (false, NotPermitted);
        var different = promised.Where(fact => found[fact.Key] != fact.Value && !(isBarred && fact.Key == "tracepoint")).Select(fact => $"{fact.Key}: promised {fact.Value}, found {found[fact.Key]}").ToList();
        Assert.True(different.Count == 0, string.Join("; ", different));
        Assert.Contains(found, fact => fact.Value.Works);
    }

    [ClusterFact]
    public async Task A_pod_of_the_restricted_variant_has_nothing_and_needs_nothing()
    {
        var told = await Cluster.StatusAsync(await RunAsync("restricted", "restricted"));
        Assert.Equal(("restricted", 65532), (told.GetProperty("variant").GetString(), told.GetProperty("user").GetInt32()));
        Assert.Empty(told.GetProperty("capabilities").EnumerateArray());
        Assert.Empty(told.GetProperty("facts").EnumerateObject());
        Assert.Empty(told.GetProperty("problems").EnumerateArray());
        Assert.Contains(told.GetProperty("degraded").EnumerateArray(), entry => entry.GetProperty("feature").GetString() == "ebpf");
    }

    // The pod itself says runAsNonRoot, which a sidecar of user 0 overrides for itself alone.
    private async Task<JsonNode> RunAsync(string level, string variant)
    {
        var label = $"e2e-variant={variant}";
        await installed.PolicyAsync(variant, label, new JsonObject { ["modes"] = new JsonObject { ["raise"] = new JsonArray("ebpf-minimal", "ebpf-full", "ebpf-privileged") } });
        var ns = await installed.OptedInAsync(level, label);
        var wanted = App.Pod("it", ns, annotations: new JsonObject { ["coral.io/mode"] = variant });
        await Eventually.Async(async () => Injected.Of(await Cluster.TrialAsync(wanted))?.Variant == variant, TimeSpan.FromSeconds(30), $"the policy gives {variant}");
        var (pod, _) = await Cluster.ReadyAsync(wanted);
        Assert.Equal(variant, Injected.Of(pod)!.Variant);
        return pod;
    }

    private static SortedDictionary<string, (bool Works, int Errno)> Outcomes(JsonElement facts, string? way) => new(
        facts.EnumerateObject().ToDictionary(fact => fact.Name, fact => Outcome(way is null ? fact.Value : fact.Value.GetProperty(way))), StringComparer.Ordinal);

    private static (bool Works, int Errno) Outcome(JsonElement trial) => (trial.GetProperty("state").GetString() == "ok", trial.TryGetProperty("errno", out var errno) ? errno.GetInt32() : 0);
}
