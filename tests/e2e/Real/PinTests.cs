using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary>Strategy pin, and reports that are written again, through a real API server and its scheduler.</summary>
[Collection("stage")]
public sealed class PinTests(Stage stage)
{
    private const string Policy = "/apis/coral.io/v1alpha1/injectionpolicies/pins";
    private const string Report = "/apis/coral.io/v1alpha1/nodecapabilities/fake-1";
    private static readonly string[] Better = ["fake-1", "fake-2"];

    [KitFact]
    public async Task E1_pinned_pods_land_on_the_nodes_that_proved_what_they_got_and_others_stay_free()
    {
        await stage.ReportAllAsync(minimal: true, full: true);
        await stage.ReportAsync(0, minimal: false, full: false);
        foreach (var name in Better) await LabelAsync(name, "minimal");
        await stage.NamespaceAsync("pinned", "privileged");
        await stage.NamespaceAsync("unpinned", "restricted");
        await stage.VariantBecomesAsync("pinned", "restricted");
        try
        {
            (await stage.Api.Apply(Policy, Pins())).Expect();
            await stage.VariantBecomesAsync("pinned", "ebpf-minimal");
            var made = await stage.Api.Create("/apis/apps/v1/namespaces/pinned/deployments", Pods.Deployment("web", 8));
            Assert.Contains(made.Warnings, warning => warning.Contains("kept on nodes with coral.io/ebpf minimal, 2 of 3", StringComparison.Ordinal));
            (await stage.Api.Create("/apis/batch/v1/namespaces/pinned/jobs", Pods.Job("once"))).Expect();
            (await stage.Api.Create("/apis/apps/v1/namespaces/unpinned/deployments", Pods.Deployment("web", 2))).Expect();

            var pods = await PlacedAsync("pinned", 9);
            Assert.All(pods, pod => Assert.Equal(("ebpf-minimal", 1), (Stage.Variant(pod), Stage.Sidecars(pod))));
            Assert.Equal(Better, pods.Select(pod => (string)pod["spec"]!["nodeName"]!).Distinct().Order(StringComparer.Ordinal));
            Assert.All(await PlacedAsync("unpinned", 2), pod => Assert.Equal(("restricted", null), (Stage.Variant(pod), pod["spec"]!["affinity"])));

            await stage.DocumentsAsync("pinned");
            var document = Assert.Single(await stage.Search.ByDecision((string)Stage.Status(pods[0])!["id"]!));
            Assert.Equal("""{"reason":"pinned","labels":["minimal"]}""", document["coral"]!["injection"]!["pin"]!.ToJsonString());
        }
        finally
        {
            (await stage.Api.Delete(Policy)).Expect();
            foreach (var name in Better) await LabelAsync(name, null);
        }
    }

    // Whoever may write a node's report may write an old one: RBAC and the policy on agents only say for which node.
    [KitFact]
    public async Task E5_a_report_of_before_that_is_written_again_lowers_until_the_agent_speaks()
    {
        await stage.ReportAllAsync(minimal: true, full: true);
        await stage.NamespaceAsync("replayed", "privileged");
        await stage.VariantBecomesAsync("replayed", "ebpf-minimal");
        var old = (await stage.Api.Get(Report)).Expect();
        foreach (var member in new[] { "managedFields", "resourceVersion" }) old["metadata"]!.AsObject().Remove(member);

        await stage.ReportAsync(1, minimal: false, full: false, generation: 2);
        await ReasonBecomesAsync("proved-privileged-only");
        (await stage.Api.Apply(Report, old)).Expect();
        await ReasonBecomesAsync("stale-report");

        old["expiresAt"] = "2126-11-21T12:00:00Z";
        (await stage.Api.Apply(Report, old)).Expect();
        await stage.ReportAsync(1, minimal: false, full: true, generation: 3);
        await stage.VariantBecomesAsync("replayed", "ebpf-full");
        (await stage.Api.Apply(Report, old)).Expect();
        await ReasonBecomesAsync("stale-report");

        await stage.ReportAsync(1, minimal: true, full: true, generation: 2);
        await stage.VariantBecomesAsync("replayed", "ebpf-minimal");
    }

    [KitFact]
    public async Task E5_a_malformed_report_is_refused_or_lowers()
    {
        await stage.ReportAllAsync(minimal: true, full: true);
        await stage.NamespaceAsync("malformed", "privileged");
        await stage.VariantBecomesAsync("malformed", "ebpf-minimal");
        var sound = (await stage.Api.Get(Report)).Expect();
        foreach (var member in new[] { "managedFields", "resourceVersion", "uid" }) sound["metadata"]!.AsObject().Remove(member);

        foreach (var (member, value) in new (string, JsonNode)[] { ("expiresAt", "soon"), ("generation", "one"), ("facts", new JsonObject { ["ringbuf"] = new JsonObject { ["state"] = "OK" } }) })
        {
            var malformed = sound.DeepClone();
            malformed[member] = value;
            // A value of another type is a 500 of the API server's own when it is applied.
            Assert.Contains((int)(await stage.Api.Apply(Report, malformed)).Status, new[] { 422, 500 });
        }

        foreach (var (member, value, reason) in new (string, JsonNode?, string)[] { ("expiresAt", null, "stale-report"), ("facts", new JsonObject(), "nothing-proved") })
        {
            var malformed = sound.DeepClone();
            malformed[member] = value;
            if (value is null) malformed.AsObject().Remove(member);
            (await stage.Api.Delete(Report)).Expect();
            (await stage.Api.Apply(Report, malformed)).Expect();
            await ReasonBecomesAsync(reason, "malformed");
            await stage.ReportAllAsync(minimal: true, full: true);
            await stage.VariantBecomesAsync("malformed", "ebpf-minimal");
        }
    }

    private static JsonObject Pins() => new()
    {
        ["apiVersion"] = "coral.io/v1alpha1",
        ["kind"] = "InjectionPolicy",
        ["metadata"] = new JsonObject { ["name"] = "pins" },
        ["spec"] = new JsonObject { ["match"] = new JsonObject { ["namespaces"] = new JsonObject { ["names"] = new JsonArray("pinned", "unpinned") } }, ["strategy"] = "pin", ["pinNodes"] = 2 },
    };

    private async Task LabelAsync(string node, string? tier) =>
        (await stage.Api.Merge($"/api/v1/nodes/{node}", new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["coral.io/ebpf"] = tier } } })).Expect();

    private Task ReasonBecomesAsync(string reason, string ns = "replayed") => Eventually.Async(
        async () => (string?)Stage.Status((await stage.Api.CreatePod(ns, Pods.Hardened("probe"), dryRun: true)).Expect())?["reason"] == reason, TimeSpan.FromSeconds(30), $"a pod's reason is {reason}");

    private async Task<IReadOnlyList<JsonNode>> PlacedAsync(string ns, int count)
    {
        await Eventually.Async(
            async () => (await stage.PodsAsync(ns)).Count(pod => pod["spec"]!["nodeName"] is not null) == count, TimeSpan.FromSeconds(120), $"{count} pods in {ns} have a node");
        return await stage.PodsAsync(ns);
    }
}
