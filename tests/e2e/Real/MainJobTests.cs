using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary>The main job: label a namespace, and a real API server injects the right sidecar, with every decision found in the search server.</summary>
[Collection("stage")]
public sealed class MainJobTests(Stage stage)
{
    private static readonly string[] Levels = ["privileged", "baseline", "restricted"];
    private static readonly string[] Apps = ["bare", "web", "once", "tick"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [KitTheory]
    [InlineData("minimal", "ebpf-minimal")]
    [InlineData("full", "ebpf-full")]
    [InlineData("expired", "restricted")]
    public async Task Every_workload_gets_the_variant_of_its_level_and_its_nodes(string run, string privileged)
    {
        await stage.ReportAllAsync(minimal: true, full: true);
        if (run == "full") await stage.ReportAsync(1, minimal: false, full: true);
        if (run == "expired") await stage.ReportAsync(2, minimal: true, full: true, expired: true);
        foreach (var level in Levels) await stage.NamespaceAsync($"{run}-{level}", level);
        await stage.NamespaceAsync($"{run}-plain", "privileged", injects: false);
        await stage.VariantBecomesAsync($"{run}-privileged", privileged);

        foreach (var ns in Levels.Append("plain").Select(level => $"{run}-{level}"))
        {
            (await stage.Api.CreatePod(ns, Pods.Hardened("bare"))).Expect();
            (await stage.Api.Create($"/apis/apps/v1/namespaces/{ns}/deployments", Pods.Deployment("web", 2))).Expect();
            (await stage.Api.Create($"/apis/batch/v1/namespaces/{ns}/jobs", Pods.Job("once"))).Expect();
            (await stage.Api.Create($"/apis/batch/v1/namespaces/{ns}/cronjobs", Pods.CronJob("tick"))).Expect();
            (await stage.Api.Merge($"/apis/batch/v1/namespaces/{ns}/cronjobs/tick/status", DueOnce.Status())).Expect();
        }

        foreach (var level in Levels) await AssertInjectedAsync($"{run}-{level}", level == "privileged" ? privileged : "restricted");
        await AssertUntouchedAsync($"{run}-plain");
    }

    private async Task AssertInjectedAsync(string ns, string variant)
    {
        var pods = await AllAppsAsync(ns);
        foreach (var pod in pods)
        {
            Assert.Equal((variant, "native", 1), (Stage.Variant(pod), (string?)Stage.Status(pod)!["form"], Stage.Sidecars(pod)));
            Assert.Contains((string?)pod["status"]!["phase"], new[] { "Running", "Succeeded", "Pending" });
        }

        var documents = await stage.DocumentsAsync(ns);
        foreach (var pod in pods)
        {
            var found = Assert.Single(await stage.Search.ByDecision((string)Stage.Status(pod)!["id"]!));
            Assert.Equal((ns, variant), ((string?)found["kubernetes"]!["namespace"], (string?)found["coral"]!["injection"]!["variant"]));
        }

        // Called once for each pod, and not for anything else: a document each, but for the dry runs of this test.
        var injected = documents.Count(document => (string?)document["event"]!["action"] == "sidecar-inject" && !(bool)document["coral"]!["admission"]!["dry_run"]!);
        var repeated = documents.Count(document => (string?)document["event"]!["reason"] == "already-injected");
        Assert.Equal((await stage.PodsAsync(ns)).Count(pod => Stage.Status(pod) is not null), injected);
        Assert.Equal(0, repeated);
    }

    private async Task AssertUntouchedAsync(string ns)
    {
        Assert.All(await AllAppsAsync(ns), pod => Assert.Equal((null, 0), (Stage.Variant(pod), Stage.Sidecars(pod))));
        Assert.Empty(await stage.DocumentsAsync(ns));
    }

    /// <summary>The pods of a namespace, once each of the four workloads has at least one.</summary>
    private async Task<IReadOnlyList<JsonNode>> AllAppsAsync(string ns)
    {
        await Eventually.Async(async () => Apps.All((await stage.PodsAsync(ns)).Select(App).Contains), Patience, $"each workload in {ns} has a pod");
        return await stage.PodsAsync(ns);
    }

    private static string App(JsonNode pod) => (string?)pod["metadata"]!["labels"]?["app"] ?? (string)pod["metadata"]!["name"]!;
}
