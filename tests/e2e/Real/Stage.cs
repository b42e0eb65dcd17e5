using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary>The whole product on real parts: an API server with three fake nodes, a search server, and the webhook registered by URL. Shared by the tests of one collection.</summary>
public sealed class Stage : IAsyncLifetime
{
    private static readonly string[] Facts = ["ringbuf", "btf", "raw_tp", "tp_btf", "iter:task", "iter:tcp"];

    internal KitCluster Cluster { get; private set; } = null!;

    internal KitSearch SearchServer { get; private set; } = null!;

    internal ApiClient Api { get; private set; } = null!;

    internal SearchClient Search { get; private set; } = null!;

    internal WebhookProcess Webhook { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (!Kit.Runs) return;
        var cluster = KitCluster.Start(new() { FakeNodes = 3 });
        SearchServer = await KitSearch.Up();
        Cluster = await cluster;
        Api = new ApiClient(Cluster.Kubeconfig);
        Search = new SearchClient(SearchServer.Url);
        await Cluster.Kubectl("apply", "-k", Path.Join(Root, "manifests", "crds"));
        await Cluster.Kubectl("wait", "--for=condition=Established", "crd/nodecapabilities.coral.io", "crd/injectionpolicies.coral.io", "--timeout=60s");
        Webhook = await WebhookProcess.Start(new() { Kubeconfig = Cluster.Kubeconfig, Search = SearchServer.Url });
    }

    public async Task DisposeAsync()
    {
        if (Webhook is not null) await Webhook.DisposeAsync();
        Search?.Dispose();
        Api?.Dispose();
        if (SearchServer is not null) await SearchServer.DisposeAsync();
        if (Cluster is not null) await Cluster.DisposeAsync();
    }

    internal static string Root => Coral.Testing.Repository.Root;

    /// <summary>Writes the report of a fake node, and waits until the webhook has heard of it.</summary>
    internal async Task ReportAsync(int node, bool minimal, bool full, bool expired = false, int generation = 1)
    {
        var name = $"fake-{node}";
        var facts = new JsonObject();
        foreach (var fact in Facts)
        {
            facts[fact] = new JsonObject
            {
                ["state"] = "ok",
                ["minimal"] = new JsonObject { ["state"] = minimal ? "ok" : "denied" },
                ["full"] = new JsonObject { ["state"] = full ? "ok" : "denied" },
            };
        }

        var now = TimeProvider.System.GetUtcNow();
        (await Api.Apply($"/apis/coral.io/v1alpha1/nodecapabilities/{name}", new JsonObject
        {
            ["apiVersion"] = "coral.io/v1alpha1",
            ["kind"] = "NodeCapability",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["node"] = name,
            ["generation"] = generation,
            ["observedAt"] = $"{now.AddHours(-1):yyyy-MM-ddTHH:mm:ssZ}",
            ["expiresAt"] = $"{(expired ? now.AddMinutes(-1) : now.AddMinutes(30)):yyyy-MM-ddTHH:mm:ssZ}",
            ["system"] = new JsonObject { ["memlock"] = "not-needed" },
            ["facts"] = facts,
        })).Expect();
    }

    /// <summary>All three nodes prove the same.</summary>
    internal async Task ReportAllAsync(bool minimal, bool full)
    {
        for (var node = 0; node < 3; node++) await ReportAsync(node, minimal, full);
    }

    /// <summary>A namespace whose enforce level is stated, opted in where <paramref name="injects"/>.</summary>
    internal Task NamespaceAsync(string name, string level, bool injects = true) => injects
        ? Api.CreateNamespace(name, ("pod-security.kubernetes.io/enforce", level), ("coral.io/inject", "true"))
        : Api.CreateNamespace(name, ("pod-security.kubernetes.io/enforce", level));

    /// <summary>Waits until decisions follow what was just written: the variant that a dry run in this namespace gets.</summary>
    internal Task VariantBecomesAsync(string ns, string? variant) => Eventually.Async(
        async () => Variant((await Api.CreatePod(ns, Pods.Hardened("probe"), dryRun: true)).Expect()) == variant, TimeSpan.FromSeconds(30), $"a pod in {ns} gets {variant ?? "no sidecar"}");

    internal static string? Variant(JsonNode pod) => Status(pod) is { } status ? (string?)status["variant"] : null;

    internal static JsonNode? Status(JsonNode pod) => (string?)pod["metadata"]?["annotations"]?["coral.io/status"] is { } text ? JsonNode.Parse(text) : null;

    internal static int Sidecars(JsonNode pod) =>
        new[] { "initContainers", "containers" }.Sum(list => (pod["spec"]![list] as JsonArray)?.Count(container => (string?)container!["name"] == "coral-agent") ?? 0);

    internal async Task<IReadOnlyList<JsonNode>> PodsAsync(string ns) => [.. (await Api.Get($"/api/v1/namespaces/{ns}/pods")).Expect()["items"]!.AsArray().Select(pod => pod!)];

    /// <summary>All documents of a namespace, after the shipper had its turn.</summary>
    internal async Task<IReadOnlyList<JsonNode>> DocumentsAsync(string ns)
    {
        await Eventually.Async(async () => (await Webhook.Page("/metrics")).Contains("\ncoral_audit_pending 0\n", StringComparison.Ordinal), TimeSpan.FromSeconds(60), "the spool is shipped");
        await Search.Refresh();
        return await Search.All(SearchClient.Term("kubernetes.namespace", ns));
    }
}

[CollectionDefinition("stage")]
public sealed class StageCollection : ICollectionFixture<Stage>;

/// <summary>Pods and workloads that every level admits.</summary>
internal static class Pods
{
    internal static JsonObject Hardened(string name) => new() { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = Spec() };

    internal static JsonObject Spec(string restartPolicy = "Always") => new()
    {
        ["restartPolicy"] = restartPolicy,
        ["securityContext"] = new JsonObject { ["runAsNonRoot"] = true, ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" } },
        ["containers"] = new JsonArray(new JsonObject
        {
            ["name"] = "app",
            ["image"] = "registry.example.com/app:1",
            ["securityContext"] = new JsonObject { ["allowPrivilegeEscalation"] = false, ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") } },
        }),
    };

    internal static JsonObject Template(string app, string restartPolicy = "Always") => new() { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = app } }, ["spec"] = Spec(restartPolicy) };

    internal static JsonObject Deployment(string name, int replicas = 1) => new()
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = "Deployment",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { ["replicas"] = replicas, ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } }, ["template"] = Template(name) },
    };

    internal static JsonObject Job(string name) => new()
    {
        ["apiVersion"] = "batch/v1",
        ["kind"] = "Job",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { ["template"] = Template(name, "Never") },
    };

    internal static JsonObject CronJob(string name) => new()
    {
        ["apiVersion"] = "batch/v1",
        ["kind"] = "CronJob",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = DueOnce.Spec(new() { ["template"] = Template(name, "OnFailure") }),
    };
}
