using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary>
/// A tenant, who writes pods and annotations of its own namespace, tries to get more privilege than the level and the nodes give. Each attempt through the
/// real API server, and each is found in the audit.
/// </summary>
[Collection("stage")]
public sealed class TenantTests(Stage stage)
{
    private const string Namespace = "tenant";

    /// <summary>What is computed here: the namespace enforces privileged, and the nodes proved exactly this.</summary>
    private const string Computed = """{"allowPrivilegeEscalation":false,"capabilities":{"add":["BPF","PERFMON","NET_ADMIN"],"drop":["ALL"]},"privileged":false,"readOnlyRootFilesystem":true,"runAsGroup":0,"runAsNonRoot":false,"runAsUser":0,"seccompProfile":{"type":"RuntimeDefault"}}""";

    private static readonly (string What, Action<JsonObject> Do, string Reason)[] Attempts =
    [
        ("a mode above the computed one", pod => Annotate(pod, "coral.io/mode", "ebpf-full"), "mode-not-granted"),
        ("the privileged mode", pod => Annotate(pod, "coral.io/mode", "ebpf-privileged"), "mode-not-granted"),
        ("a mode in other letters", pod => Annotate(pod, "coral.io/mode", "EBPF-PRIVILEGED"), "invalid-mode"),
        ("a mode with JSON in it", pod => Annotate(pod, "coral.io/mode", "restricted\",\"privileged\":true,\"x\":\""), "invalid-mode"),
        ("names that Coral does not know", pod => { Annotate(pod, "coral.io/variant", "ebpf-privileged"); Annotate(pod, "coral.io/image", "evil"); Annotate(pod, "coral.io/privileges", "documented"); }, "proved-minimal"),
        ("an annotation that only policies have", pod => Annotate(pod, "coral.io/rollout", "inject"), "proved-minimal"),
        ("a forged status", pod => { Annotate(pod, "coral.io/status", """{"id":"1","variant":"ebpf-privileged"}"""); Annotate(pod, "coral.io/injected", "true"); }, "proved-minimal"),
        ("labels of nodes and namespaces on the pod", pod => { Label(pod, "coral.io/ebpf", "full"); Label(pod, "pod-security.kubernetes.io/enforce", "privileged"); Label(pod, "coral.io/mode", "ebpf-full"); }, "proved-minimal"),
        ("the label that a policy's grant asks for, in a namespace that it does not name", pod => { Label(pod, "tier", "system"); Annotate(pod, "coral.io/mode", "ebpf-full"); }, "mode-not-granted"),
        ("the image of a trusted workload", pod => { pod["spec"]!["containers"]![0]!["image"] = "coral-agent:latest"; Annotate(pod, "coral.io/mode", "ebpf-full"); }, "mode-not-granted"),
        ("the name of the node agent", pod => { pod["metadata"]!["name"] = "coral-agent"; Annotate(pod, "coral.io/mode", "ebpf-full"); }, "mode-not-granted"),
        ("a container of the sidecar's name with more privilege", pod => Contain(pod, """{"name":"coral-agent","image":"coral-agent:latest","securityContext":{"privileged":true}}"""), "container-name-taken"),
        ("a volume of the sidecar's name", pod => pod["spec"]!["volumes"] = JsonNode.Parse("""[{"name":"coral-data","hostPath":{"path":"/"}}]"""), "volume-name-taken"),
    ];

    [KitFact]
    public async Task No_label_annotation_image_or_name_gives_more_than_what_was_computed_and_each_attempt_is_audited()
    {
        await stage.ReportAllAsync(minimal: true, full: true);
        (await stage.Api.Apply("/apis/coral.io/v1alpha1/injectionpolicies/tenant-grant", JsonNode.Parse("""
            {"apiVersion":"coral.io/v1alpha1","kind":"InjectionPolicy","metadata":{"name":"tenant-grant"},
             "spec":{"priority":50,"match":{"namespaces":{"names":["operators"]},"pods":{"matchLabels":{"tier":"system"}}},"modes":{"raise":["ebpf-full","ebpf-privileged"]}}}
            """)!)).Expect();
        await stage.NamespaceAsync(Namespace, "privileged");
        await stage.NamespaceAsync("operators", "privileged");
        await stage.VariantBecomesAsync(Namespace, "ebpf-minimal");

        foreach (var (what, change, reason) in Attempts)
        {
            var pod = Pods.Hardened("attempt");
            change(pod);
            var stored = (await stage.Api.CreatePod(Namespace, pod, dryRun: true)).Expect();
            var sidecar = new[] { "initContainers", "containers" }.SelectMany(list => stored["spec"]![list] as JsonArray ?? []).Where(container => (string?)container!["name"] == "coral-agent").ToList();
            var skipped = reason.EndsWith("-taken", StringComparison.Ordinal);
            if (skipped) Assert.DoesNotContain(sidecar, container => (string?)container!["restartPolicy"] == "Always");
            else
            {
                Assert.Equal("coral-agent:latest", (string?)Assert.Single(sidecar)!["image"]);
                if (reason != "invalid-mode") Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Computed), sidecar[0]!["securityContext"]), $"{what}: {sidecar[0]!["securityContext"]}");
                else Assert.Equal("restricted", Stage.Variant(stored));
            }

            await FoundAsync(what, reason);
        }

        // The same pods in the namespace that the policy names do get what it grants: the attempts above failed for the right reason.
        var granted = Pods.Hardened("granted");
        Label(granted, "tier", "system");
        Annotate(granted, "coral.io/mode", "ebpf-full");
        Assert.Equal("ebpf-full", Stage.Variant((await stage.Api.CreatePod("operators", granted, dryRun: true)).Expect()));
        (await stage.Api.Delete("/apis/coral.io/v1alpha1/injectionpolicies/tenant-grant")).Expect();
    }

    /// <summary>The newest document of the namespace is the attempt's.</summary>
    private async Task FoundAsync(string what, string reason)
    {
        var newest = (await stage.DocumentsAsync(Namespace)).OrderByDescending(document => (string?)document["@timestamp"], StringComparer.Ordinal).First();
        Assert.True((string?)newest["event"]!["reason"] == reason, $"{what}: expected {reason} in the audit, found {newest["event"]!["reason"]}");
    }

    private static void Annotate(JsonObject pod, string name, string value) => Text(pod, "annotations", name, value);

    private static void Label(JsonObject pod, string name, string value) => Text(pod, "labels", name, value);

    private static void Text(JsonObject pod, string kind, string name, string value)
    {
        var metadata = pod["metadata"]!.AsObject();
        if (metadata[kind] is not JsonObject texts) metadata[kind] = texts = [];
        texts[name] = value;
    }

    private static void Contain(JsonObject pod, string container) => pod["spec"]!["containers"]!.AsArray().Add(JsonNode.Parse(container));
}
