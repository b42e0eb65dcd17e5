using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Bundles;
using Coral.Policies.Variants;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>What a node's report promises for a variant, beside what a container with that variant's own security context finds on that node: kubelet, containerd, runc and its seccomp profile.</summary>
[Collection(AgentTests.Name)]
public sealed class PodTests(AgentFixture fixture)
{
    private const string Image = "docker.io/coral/agent:test";

    [AgentFact]
    public async Task A_pod_of_a_variant_can_do_exactly_what_the_report_of_its_node_says()
    {
        await using var cluster = await KitCluster.Start(new() { RealNode = true });
        using var api = new ApiClient(cluster.Kubeconfig);
        await Kit.Run(Path.GetTempPath(), "image", "build", Image, fixture.GuestRoot);
        await Eventually.Async(async () => (await api.Get("/api/v1/namespaces/default/serviceaccounts/default")).Ok, TimeSpan.FromSeconds(60), "the namespace has its service account");

        // Two kinds of agent: one that may do everything and has no filter, and one that is as confined as it can be.
        var privileged = await Probe(cluster, api, "privileged", new JsonObject { ["privileged"] = true });
        var confined = await Probe(cluster, api, "confined", Confined("BPF", "PERFMON", "NET_ADMIN", "SYS_ADMIN", "SYS_PTRACE", "SETPCAP"));
        Assert.Equal(("disabled", "filter"), (Seccomp(privileged), Seccomp(confined)));
        foreach (var variant in new[] { "minimal", "full" })
        {
            var pod = await Probe(cluster, api, variant, JsonNode.Parse(VariantCatalogue.Shipped.Find($"ebpf-{variant}")!.Container.GetProperty("securityContext").GetRawText())!);
            Assert.Equal("filter", Seccomp(pod));
            var found = Opinion.Read(pod, null);
            Assert.True(found["ringbuf"].Works && found["iter:tcp"].Works, $"{variant}: what is compared is more than refusals");
            Same($"the agent without a filter, and a pod of ebpf-{variant}", Opinion.Read(privileged, variant), found);
            Same($"the agent with the runtime's filter, and a pod of ebpf-{variant}", Opinion.Read(confined, variant), found);
        }
    }

    private static async Task<JsonElement> Probe(KitCluster cluster, ApiClient api, string name, JsonNode context)
    {
        var container = new JsonObject
        {
            ["name"] = "probe",
            ["image"] = Image,
            ["imagePullPolicy"] = "Never",
            ["command"] = new JsonArray("coral-agent", "probe", "-o", "json", "--node", "node-a"),
            ["securityContext"] = context.DeepClone(),
        };
        var pod = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = new JsonObject { ["restartPolicy"] = "Never", ["containers"] = new JsonArray(container) } };
        (await api.CreatePod("default", pod)).Expect();
        var phase = "";
        await Eventually.Async(
            async () => (phase = (string?)(await api.Get($"/api/v1/namespaces/default/pods/{name}")).Expect()["status"]?["phase"] ?? "") is "Succeeded" or "Failed",
            TimeSpan.FromSeconds(120),
            $"pod {name} has ended");
        var output = await cluster.Kubectl("logs", name);
        Assert.True(phase == "Succeeded", $"pod {name}: {output}");
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Empty(NodeCapabilityValidator.Validate(report));
        return report;
    }

    private static JsonObject Confined(params string[] capabilities) => new()
    {
        ["runAsUser"] = 0,
        ["readOnlyRootFilesystem"] = true,
        ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
        ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL"), ["add"] = new JsonArray([.. capabilities.Select(name => (JsonNode)name)]) },
    };

    private static string? Seccomp(JsonElement report) => report.GetProperty("system").GetProperty("seccomp").GetString();

    private static void Same(string what, ImmutableSortedDictionary<string, Opinion> promised, ImmutableSortedDictionary<string, Opinion> found)
    {
        Assert.Equal(promised.Keys, found.Keys);
        var different = promised.Where(fact => found[fact.Key] != fact.Value).Select(fact => $"{fact.Key}: promised {fact.Value}, found {found[fact.Key]}");
        Assert.True(!different.Any(), $"{what}: {string.Join("; ", different)}");
    }
}
