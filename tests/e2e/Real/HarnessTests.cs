using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary>The real parts that the other tests rely on are real: a cluster that admits, schedules and refuses, and a search server that keeps and finds.</summary>
public sealed class HarnessTests(HarnessTests.Cluster fixture) : IClassFixture<HarnessTests.Cluster>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly KitCluster cluster = fixture.Value;
    private readonly ApiClient api = fixture.Api;

    [KitFact]
    public async Task A_cluster_admits_runs_and_refuses_pods()
    {
        await api.CreateNamespace("free", ("pod-security.kubernetes.io/enforce", "privileged"));
        await api.CreateNamespace("tight", ("pod-security.kubernetes.io/enforce", "restricted"), ("pod-security.kubernetes.io/warn", "restricted"));

        var admitted = await api.CreatePod("free", Pod("plain"));
        var tried = await api.CreatePod("free", Pod("tried"), dryRun: true);
        var refused = await api.CreatePod("tight", Pod("plain"));

        Assert.Equal("plain", (string?)admitted.Expect()["metadata"]!["name"]);
        Assert.Equal(201, tried.Status);
        Assert.Equal(403, refused.Status);
        Assert.Contains("violates PodSecurity \"restricted:latest\"", refused.Message);
        Assert.False(refused.Ok);
        Assert.Throws<InvalidOperationException>(() => refused.Expect());
        await Eventually.Async(async () => (string?)(await api.Get("/api/v1/namespaces/free/pods/plain")).Body!["status"]!["phase"] == "Running", Patience, "the pod runs on a fake node");
        Assert.Equal("fake-0 fake-1", await cluster.Kubectl("get", "nodes", "-o", "jsonpath={.items[*].metadata.name}"));
    }

    [KitFact]
    public async Task Kubectl_reads_its_input_and_its_failures_are_told()
    {
        await cluster.KubectlWith("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"sent","namespace":"default"}}""", "apply", "-f", "-");
        Assert.True((await api.Get("/api/v1/namespaces/default/configmaps/sent")).Ok);

        var failed = await cluster.TryKubectl(["get", "nothing"]);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("the server doesn't have a resource type", failed.Errors);
        Assert.Contains(failed.Errors.Trim(), (await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.Kubectl("get", "nothing"))).Message);
    }

    [KitFact]
    public async Task Warnings_of_the_api_server_are_read_whole()
    {
        await api.CreateNamespace("warned", ("pod-security.kubernetes.io/warn", "restricted"));

        var answer = await api.CreatePod("warned", Pod("plain"), dryRun: true);

        Assert.Equal(201, answer.Status);
        var warning = Assert.Single(answer.Warnings);
        Assert.StartsWith("would violate PodSecurity \"restricted:latest\": ", warning);
        Assert.Contains("container \"app\" must set securityContext.capabilities.drop=[\"ALL\"]", warning);
    }

    [KitFact]
    public async Task A_search_server_keeps_what_it_was_given_over_kill_9()
    {
        await using var search = await KitSearch.Up();
        using var client = new SearchClient(search.Url, pageSize: 7);
        await client.Send(HttpMethod.Put, "/_index_template/audit", JsonNode.Parse("""
            {"index_patterns":["logs-coral.audit-*"],"data_stream":{},"priority":500,"template":{"settings":{"number_of_shards":2},
             "mappings":{"properties":{"coral":{"properties":{"decision":{"properties":{"id":{"type":"keyword"}}}}}}}}}
            """));
        const int many = 100;
        await Parallel.ForEachAsync(Enumerable.Range(0, many), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
            await client.Send(HttpMethod.Post, $"/{SearchClient.Audit}/_create/{i}", new JsonObject
            {
                ["@timestamp"] = "2026-11-21T12:00:00Z",
                ["coral"] = new JsonObject { ["decision"] = new JsonObject { ["id"] = $"d-{i}" } },
            }));

        await search.Kill();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.Count());
        await search.Start();
        await client.Refresh();

        Assert.Equal(many, await client.Count());
        Assert.Equal(many, (await client.All()).Select(document => (string?)document["coral"]!["decision"]!["id"]).Distinct().Count());
        Assert.Equal("d-77", (string?)Assert.Single(await client.ByDecision("d-77"))["coral"]!["decision"]!["id"]);
        Assert.Empty(await client.ByDecision("d-none"));
    }

    [KitFact]
    public async Task What_the_kit_says_when_it_fails_is_in_the_exception()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => KitSearch.Up("lucene"));

        Assert.Contains("usage: kit VERB", failure.Message);
    }

    private static JsonObject Pod(string name) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "app", ["image"] = "registry.example.com/app:1" }) },
    };

    /// <summary>One cluster for all of these tests.</summary>
    public sealed class Cluster : IAsyncLifetime
    {
        internal KitCluster Value { get; private set; } = null!;

        internal ApiClient Api { get; private set; } = null!;

        /// <inheritdoc/>
        public async Task InitializeAsync()
        {
            if (!Kit.Runs) return;
            Value = await KitCluster.Start(new() { FakeNodes = 2 });
            Api = new(Value.Kubeconfig);
        }

        /// <inheritdoc/>
        public async Task DisposeAsync()
        {
            Api?.Dispose();
            if (Value is not null) await Value.DisposeAsync();
        }
    }
}
