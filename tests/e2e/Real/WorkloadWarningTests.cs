using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary>What <c>warn.coral.io</c> says of a workload is what then happens to its pods, as the API server itself shows.</summary>
[Collection("stage")]
public sealed class WorkloadWarningTests(Stage stage)
{
    private static readonly Dictionary<string, string> Paths = new(StringComparer.Ordinal)
    {
        ["Deployment"] = "/apis/apps/v1/namespaces/{0}/deployments",
        ["ReplicaSet"] = "/apis/apps/v1/namespaces/{0}/replicasets",
        ["StatefulSet"] = "/apis/apps/v1/namespaces/{0}/statefulsets",
        ["DaemonSet"] = "/apis/apps/v1/namespaces/{0}/daemonsets",
        ["Job"] = "/apis/batch/v1/namespaces/{0}/jobs",
        ["CronJob"] = "/apis/batch/v1/namespaces/{0}/cronjobs",
        ["ReplicationController"] = "/api/v1/namespaces/{0}/replicationcontrollers",
        ["PodTemplate"] = "/api/v1/namespaces/{0}/podtemplates",
    };

    [KitFact]
    public async Task Pods_that_will_be_refused_are_told_with_the_API_servers_reason()
    {
        await stage.ReportAllAsync(minimal: true, full: true);
        await stage.NamespaceAsync("warned", "baseline");
        var spec = new JsonObject { ["hostNetwork"] = true, ["containers"] = new JsonArray(new JsonObject { ["name"] = "app", ["image"] = "app" }) };
        var refused = await stage.Api.CreatePod("warned", new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = new JsonObject { ["name"] = "p" }, ["spec"] = spec.DeepClone() }, dryRun: true);
        var reason = refused.Message!.Split(" is forbidden: ")[1];

        foreach (var kind in Paths.Keys)
        {
            var said = await WarningsAsync("warned", kind, spec);
            Assert.Contains($"coral: pods of this {kind} will be refused: {reason}", said);
        }
    }

    [KitFact]
    public async Task Pods_that_will_be_injected_are_told_with_variant_and_form()
    {
        await stage.ReportAllAsync(minimal: true, full: true);
        foreach (var (level, variant) in new[] { ("privileged", "ebpf-minimal"), ("restricted", "restricted") })
        {
            var ns = $"told-{level}";
            await stage.NamespaceAsync(ns, level);
            await stage.VariantBecomesAsync(ns, variant);
            foreach (var kind in Paths.Keys)
            {
                var said = await WarningsAsync(ns, kind, Pods.Spec());
                Assert.Contains(said, warning => warning.StartsWith($"coral: pods of this {kind} get {variant} as a native sidecar (", StringComparison.Ordinal));
            }
        }
    }

    private async Task<IReadOnlyList<string>> WarningsAsync(string ns, string kind, JsonObject spec)
    {
        var pod = spec.DeepClone().AsObject();
        if (kind is "Job" or "CronJob") pod["restartPolicy"] = "Never";
        var labels = new JsonObject { ["app"] = "warned" };
        JsonObject template = new() { ["metadata"] = new JsonObject { ["labels"] = labels }, ["spec"] = pod };
        JsonNode? selector = kind == "ReplicationController" ? labels.DeepClone() : new JsonObject { ["matchLabels"] = labels.DeepClone() };
        JsonObject body = kind switch
        {
            "PodTemplate" => new() { ["template"] = template },
            "Job" => new() { ["spec"] = new JsonObject { ["template"] = template } },
            "CronJob" => new() { ["spec"] = new JsonObject { ["schedule"] = "* * * * *", ["jobTemplate"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = template } } } },
            _ => new() { ["spec"] = new JsonObject { ["selector"] = selector, ["template"] = template } },
        };
        if (kind == "StatefulSet") body["spec"]!["serviceName"] = "app";
        body["metadata"] = new JsonObject { ["name"] = "warned" };
        var answer = await stage.Api.Create(string.Format(null, Paths[kind], ns), body, dryRun: true);
        answer.Expect();
        return answer.Warnings;
    }
}
