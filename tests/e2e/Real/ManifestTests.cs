using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary>What stands in <c>manifests/</c>, against a real API server.</summary>
public sealed class ManifestTests(InstalledCluster installed) : IClassFixture<InstalledCluster>
{
    private static readonly string Samples = Path.Join(Stage.Root, "manifests", "samples", "source");

    [KitFact]
    public async Task Every_overlay_is_accepted()
    {
        var overlays = Directory.GetDirectories(InstalledCluster.Overlays).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(["default", "dev", "documented-table", "ha", "non-privileged", "observe-only", "standard"], overlays);
        foreach (var overlay in overlays)
        {
            // Warnings too: a field that nobody knows is one, and a pod template that Pod Security would refuse.
            var said = await installed.Cluster.TryKubectl(["apply", "--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict", "-k", Path.Join(InstalledCluster.Overlays, overlay)]);
            Assert.True(said.ExitCode == 0, $"{overlay}: {said}");
            Assert.DoesNotContain("Warning", said.Errors, StringComparison.Ordinal);
        }
    }

    [KitFact]
    public async Task Pods_of_the_webhook_and_of_the_observing_agent_are_admitted_at_restricted()
    {
        await installed.Api.CreateNamespace("strict", ("pod-security.kubernetes.io/enforce", "restricted"));
        foreach (var (overlay, kind, name) in new[] { ("default", "Deployment", "coral-webhook"), ("ha", "StatefulSet", "coral-webhook"), ("observe-only", "DaemonSet", "coral-agent") })
        {
            var pod = await TemplateAsync(overlay, kind, name);
            Assert.True((await installed.Api.CreatePod("strict", pod, dryRun: true)) is { Ok: true }, $"{overlay}: {await installed.Api.CreatePod("strict", pod, dryRun: true)}");
        }
    }

    [KitFact]
    public async Task K93_each_manifest_of_the_source_is_admitted_at_the_level_that_it_names()
    {
        foreach (var variant in new[] { "restricted", "ebpf-minimal", "ebpf-full", "ebpf-privileged" })
        {
            var file = Path.Join(Samples, $"agent-sidecar-{variant}.yaml");
            await installed.Cluster.Kubectl("apply", "-f", file);
            await Eventually.Async(async () => (await installed.Api.Get($"/api/v1/namespaces/coral-sample-{variant}/serviceaccounts/default")).Ok, TimeSpan.FromSeconds(30), "the namespace has its account");
            var template = (await installed.Api.Get($"/apis/apps/v1/namespaces/coral-sample-{variant}/deployments/app")).Expect()["spec"]!["template"]!;
            var pod = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "it" }, ["spec"] = template["spec"]!.DeepClone() };
            (await installed.Api.CreatePod($"coral-sample-{variant}", pod, dryRun: true)).Expect();
            if (variant == "restricted") continue;
            // What the comment in the file says (C-1).
            await installed.Api.Merge($"/api/v1/namespaces/coral-sample-{variant}", new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["pod-security.kubernetes.io/enforce"] = "baseline" } } });
            // Pod Security reads the level from what its server has heard of the namespace, a moment after the answer.
            await Eventually.Async(async () => (int)(await installed.Api.CreatePod($"coral-sample-{variant}", pod, dryRun: true)).Status == 403, TimeSpan.FromSeconds(30), "a pod of this variant is refused at baseline");
        }

        foreach (var file in new[] { "coral-agent-egress.yaml", "coral-node-agent.yaml" }) await installed.Cluster.Kubectl("apply", "-n", "coral-system", "--dry-run=server", "--validate=strict", "-f", Path.Join(Samples, file));
    }

    [KitFact]
    public async Task C15_the_policies_for_a_namespace_of_an_application_are_accepted()
    {
        await installed.Api.CreateNamespace("policed");
        var files = Directory.GetFiles(Path.Join(Stage.Root, "manifests", "samples", "networkpolicies"), "*.yaml").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(["deny-by-default.yaml", "open-namespace.yaml"], files.Select(Path.GetFileName));
        foreach (var file in files)
        {
            var said = await installed.Cluster.TryKubectl(["apply", "-n", "policed", "--validate=strict", "-f", file]);
            Assert.True(said.ExitCode == 0, $"{file}: {said}");
            Assert.DoesNotContain("Warning", said.Errors, StringComparison.Ordinal);
        }

        // What the server made of them: a port that stands for a range keeps it, and both are of the namespace that was named.
        var stored = (await installed.Api.Get("/apis/networking.k8s.io/v1/namespaces/policed/networkpolicies")).Expect()["items"]!.AsArray();
        Assert.Equal(["coral-sidecar-egress", "coral-sidecar-ports"], stored.Select(policy => (string)policy!["metadata"]!["name"]!).Order(StringComparer.Ordinal));
        Assert.Contains(stored.SelectMany(policy => policy!["spec"]!["ingress"]?.AsArray() ?? []).SelectMany(rule => rule!["ports"]!.AsArray()), port => (int?)port!["endPort"] == 65535);
    }

    [KitFact]
    public async Task What_an_agent_is_given_is_what_its_overlay_says()
    {
        Assert.Equal((true, true, true, "", "auto"), await GivenAsync("default"));
        Assert.Equal((false, true, true, "NET_ADMIN SYS_ADMIN SYS_PTRACE SYS_RESOURCE", "auto"), await GivenAsync("non-privileged"));
        Assert.Equal((false, true, false, "NET_ADMIN SYS_PTRACE", "auto"), await GivenAsync("standard"));
        Assert.Equal((false, false, false, "", "none"), await GivenAsync("observe-only"));
    }

    [KitFact]
    public async Task The_webhook_runs_with_exactly_its_roles()
    {
        var config = await installed.ConfigOf("coral-webhook");
        foreach (var action in new[] { "list pods -A", "get secrets -n kube-system", "list secrets -n coral-system", "create pods -n default", "delete mutatingwebhookconfigurations", "patch mutatingwebhookconfigurations", "patch nodes", "patch nodecapabilities", "impersonate users" })
            Assert.Equal("no", (await installed.Cluster.TryKubectl(["auth", "can-i", .. action.Split(' '), "--as=system:serviceaccount:coral-system:coral-webhook"])).Output.Trim());

        await using var webhook = await WebhookProcess.Start(new() { Kubeconfig = config, Register = "service", OwnAuditKey = false, More = ["--probe-pod-security"] });
        await Eventually.Async(async () => (await webhook.Page("/readyz")).Contains("[+] pod-security-probe: enforce ", StringComparison.Ordinal), TimeSpan.FromSeconds(60), "the defaults are learnt");
        (await installed.Api.Apply("/apis/coral.io/v1alpha1/injectionpolicies/installed", new JsonObject { ["apiVersion"] = "coral.io/v1alpha1", ["kind"] = "InjectionPolicy", ["metadata"] = new JsonObject { ["name"] = "installed" }, ["spec"] = new JsonObject { ["priority"] = 3 } })).Expect();
        await Eventually.Async(
            async () => (string?)(await installed.Api.Get("/apis/coral.io/v1alpha1/injectionpolicies/installed")).Expect()["status"]?["conditions"]?[0]?["status"] == "True", TimeSpan.FromSeconds(30), "the policy has its condition");
        Assert.True((await installed.Api.Get("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/coral-policy")).Ok);
        Assert.True((await installed.Api.Get("/api/v1/namespaces/coral-system/secrets/coral-webhook-tls")).Ok);
        Assert.True((await installed.Api.Get(AuditCluster.Secret)).Ok);
        Assert.DoesNotContain("forbidden", webhook.Output, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<JsonNode> RenderAsync(string overlay, string kind, string name)
    {
        // One JSON value after another.
        var said = await installed.Cluster.Kubectl("create", "--dry-run=client", "--validate=ignore", "-o", "json", "-k", Path.Join(InstalledCluster.Overlays, overlay));
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(said));
        var items = await JsonSerializer.DeserializeAsyncEnumerable<JsonNode>(stream, topLevelValues: true).ToListAsync();
        return Assert.Single(items, item => (string?)item!["kind"] == kind && (string?)item["metadata"]!["name"] == name)!;
    }

    private async Task<JsonObject> TemplateAsync(string overlay, string kind, string name)
    {
        var template = (await RenderAsync(overlay, kind, name))["spec"]!["template"]!;
        var spec = template["spec"]!.DeepClone().AsObject();
        // What the namespace of the test does not have.
        spec.Remove("serviceAccountName");
        // A StatefulSet adds this to its pods.
        if (kind == "StatefulSet") spec["volumes"]!.AsArray().Add(new JsonObject { ["name"] = "state", ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = "state-coral-webhook-0" } });
        return new JsonObject { ["metadata"] = new JsonObject { ["name"] = "it" }, ["spec"] = spec };
    }

    private async Task<(bool Privileged, bool HostPid, bool HostNetwork, string Capabilities, string Collectors)> GivenAsync(string overlay)
    {
        var spec = (await RenderAsync(overlay, "DaemonSet", "coral-agent"))["spec"]!["template"]!["spec"]!;
        var container = spec["containers"]![0]!;
        var context = container["securityContext"]!;
        // An argument would go before what the variable says.
        Assert.Equal(["node"], container["args"]!.AsArray().Select(argument => (string?)argument));
        var collectors = (string)container["env"]!.AsArray().Single(one => (string?)one!["name"] == "CORAL_COLLECTORS")!["value"]!;
        var added = context["capabilities"]?["add"]?.AsArray().Select(name => (string)name!) ?? [];
        return ((bool?)context["privileged"] ?? false, (bool?)spec["hostPID"] ?? false, (bool?)spec["hostNetwork"] ?? false, string.Join(' ', added), collectors);
    }
}
