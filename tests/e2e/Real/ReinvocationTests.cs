using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary>What the API server adds to an injected pod does not make us touch it again; dry runs leave one document; the webhook's absence harms nobody.</summary>
[Collection("stage")]
public sealed class ReinvocationTests(Stage stage)
{
    [KitFact]
    public async Task G1_a_stored_pod_with_all_that_the_API_server_added_is_not_patched_again()
    {
        await stage.ReportAllAsync(minimal: true, full: true);
        foreach (var level in new[] { "privileged", "baseline", "restricted" })
        {
            await stage.NamespaceAsync($"again-{level}", level);
            var stored = (await stage.Api.CreatePod($"again-{level}", Pods.Hardened("bare"))).Expect();
            using var client = stage.Webhook.Client();
            var answer = await client.Mutate(Reviews.For(stored, $"again-{level}"));

            Assert.Null(answer.Patch);
            Assert.Equal("already-injected", (string?)answer.AuditAnnotations!["reason"]);
        }
    }

    [KitFact]
    public async Task A8_a_dry_run_changes_nothing_and_leaves_one_document_that_says_so()
    {
        await stage.NamespaceAsync("dry", "restricted");
        var pod = (await stage.Api.CreatePod("dry", Pods.Hardened("bare"), dryRun: true)).Expect();

        Assert.Equal(1, Stage.Sidecars(pod));
        Assert.Empty(await stage.PodsAsync("dry"));
        var document = Assert.Single(await stage.DocumentsAsync("dry"));
        Assert.True((bool)document["coral"]!["admission"]!["dry_run"]!);
        Assert.Equal((string?)Stage.Status(pod)!["id"], (string?)document["coral"]!["decision"]!["id"]);
        var events = (await stage.Api.Get("/api/v1/namespaces/dry/events")).Expect()["items"]!.AsArray();
        Assert.Empty(events);
    }

    [KitFact]
    public async Task Pods_start_while_the_webhook_is_dead_and_are_not_doubled_when_it_is_back()
    {
        await stage.NamespaceAsync("outage", "restricted");
        (await stage.Api.CreatePod("outage", Pods.Hardened("before"))).Expect();
        await stage.Webhook.Kill();
        (await stage.Api.Create("/apis/apps/v1/namespaces/outage/deployments", Pods.Deployment("during"))).Expect();
        await Eventually.Async(async () => (await stage.PodsAsync("outage")).Count(pod => (string?)pod["status"]!["phase"] == "Running") == 2, TimeSpan.FromSeconds(60), "a pod starts without the webhook");

        await stage.Webhook.RestartAsync();
        (await stage.Api.CreatePod("outage", Pods.Hardened("after"))).Expect();

        var sidecars = (await stage.PodsAsync("outage")).ToDictionary(pod => (string)pod["metadata"]!["name"]!, Stage.Sidecars);
        Assert.Equal((1, 1), (sidecars["before"], sidecars["after"]));
        Assert.Equal(0, sidecars.Single(pod => pod.Key.StartsWith("during", StringComparison.Ordinal)).Value);
        Assert.Equal(2, (await stage.DocumentsAsync("outage")).Count(document => (string?)document["event"]!["action"] == "sidecar-inject"));
    }

    [KitFact]
    public async Task Pods_of_an_account_that_lists_its_secrets_are_admitted_as_they_were_without_us()
    {
        await stage.NamespaceAsync("listed", "restricted");
        foreach (var (name, secret) in new[] { ("strict", "own"), ("open", "coral-colony-secret") })
        {
            (await stage.Api.Create("/api/v1/namespaces/listed/serviceaccounts", new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = name, ["annotations"] = new JsonObject { ["kubernetes.io/enforce-mountable-secrets"] = "true" } },
                ["secrets"] = new JsonArray(new JsonObject { ["name"] = secret }),
            })).Expect();
        }

        foreach (var (name, sidecars) in new[] { ("strict", 0), ("open", 1) })
        {
            // Informers hear of an account a moment after the API server stored it.
            await Eventually.Async(async () =>
            {
                var pod = Pods.Hardened(name);
                pod["spec"]!["serviceAccountName"] = name;
                var answer = await stage.Api.CreatePod("listed", pod, dryRun: true);
                return answer.Ok && Stage.Sidecars(answer.Body!) == sidecars;
            }, TimeSpan.FromSeconds(10), $"a pod of {name} is admitted with {sidecars} sidecars");
        }
    }

    [KitFact]
    public async Task C5_a_pod_follows_its_namespaces_label_at_once()
    {
        for (var i = 0; i < 10; i++)
        {
            await stage.NamespaceAsync($"fresh-{i}", "restricted");
            Assert.Equal(1, Stage.Sidecars((await stage.Api.CreatePod($"fresh-{i}", Pods.Hardened("bare"), dryRun: true)).Expect()));
            await stage.NamespaceAsync($"late-{i}", "restricted", injects: false);
            (await stage.Api.Merge($"/api/v1/namespaces/late-{i}", new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["coral.io/inject"] = "true" } } })).Expect();
            // The API server's own selector may lag behind the label by a moment; ours may not lag behind the API server.
            await Eventually.Async(async () => Stage.Sidecars((await stage.Api.CreatePod($"late-{i}", Pods.Hardened("bare"), dryRun: true)).Expect()) == 1, TimeSpan.FromSeconds(10), "the label counts");
        }
    }

    [KitFact]
    public async Task The_entries_are_there_while_it_serves_and_gone_after_it_stopped()
    {
        const string Configurations = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/coral-policy";
        Assert.True((await stage.Api.Get(Configurations)).Ok);

        Assert.Equal(0, await stage.Webhook.Stop());
        Assert.Equal(404, (await stage.Api.Get(Configurations)).Status);
        Assert.Equal(404, (await stage.Api.Get(Configurations.Replace("mutating", "validating", StringComparison.Ordinal))).Status);
        await stage.Webhook.RestartAsync();
        Assert.True((await stage.Api.Get(Configurations)).Ok);
    }

    [KitFact]
    public async Task A_required_namespace_refuses_what_lacks_the_sidecar_and_admits_what_has_it()
    {
        await stage.ReportAllAsync(minimal: true, full: true);
        await stage.Api.CreateNamespace("must", ("pod-security.kubernetes.io/enforce", "privileged"), ("coral.io/inject", "true"), ("coral.io/required", "true"));
        await stage.VariantBecomesAsync("must", "ebpf-minimal");
        var taken = Pods.Hardened("taken");
        taken["spec"]!["containers"]![0]!["name"] = "coral-agent";

        Assert.Equal(201, (await stage.Api.CreatePod("must", Pods.Hardened("bare"), dryRun: true)).Status);
        var refused = await stage.Api.CreatePod("must", taken, dryRun: true);
        Assert.Equal(403, refused.Status);
        Assert.Contains("sidecar-required", refused.Message, StringComparison.Ordinal);
    }

    [KitFact]
    public async Task The_author_of_a_deployment_is_warned_before_its_pods_are_skipped()
    {
        await stage.NamespaceAsync("author", "privileged");
        var deployment = Pods.Deployment("host");
        deployment["spec"]!["template"]!["spec"]!["hostNetwork"] = true;

        var answer = await stage.Api.Create("/apis/apps/v1/namespaces/author/deployments", deployment, dryRun: true);

        Assert.Contains(answer.Warnings, warning => warning.Contains("pods of this Deployment: no sidecar (host-network)", StringComparison.Ordinal));
    }
}
