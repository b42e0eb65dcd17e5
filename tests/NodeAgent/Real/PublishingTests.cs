using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Audit.Search;
using Coral.Kubernetes;
using Coral.NodeAgent.Publishing;
using Coral.NodeAgent.Tests.Capabilities;
using Coral.NodeAgent.Tests.Journal;
using Coral.Testing;
using Coral.Testing.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>Reports as a real API server keeps them, written with the agents' own account.</summary>
[Collection(AgentClusterTests.Name)]
public sealed class PublishingTests(AgentCluster cluster)
{
    [KitFact]
    public async Task A_report_belongs_to_its_node_expires_and_is_renewed_or_replaced()
    {
        await cluster.Cluster.Kubectl("delete", "nodecapability", "node-a", "--ignore-not-found");
        var time = new FakeTimeProvider();
        using var client = new KubernetesClient(KubernetesConfig.Load(await cluster.ConfigOf("node-a")), TimeProvider.System, NullLoggerFactory.Instance);
        var journal = new RecordingJournal();
        var publisher = new ReportPublisher(client, journal, time);

        await publisher.PublishAsync(Samples.Outcome("/"), CancellationToken.None);
        var first = await Report("node-a");
        var owner = Assert.Single((JsonArray)first["metadata"]!["ownerReferences"]!)!;
        Assert.Equal(("Node", "node-a", await NodeUid()), ((string?)owner["kind"], (string?)owner["name"], (string?)owner["uid"]));
        Assert.Equal((1, "2026-11-21T12:30:00Z"), ((long)first["generation"]!, (string?)first["expiresAt"]));
        Assert.Equal("minimal", await Label());

        time.Advance(TimeSpan.FromMinutes(10));
        await publisher.PublishAsync(Samples.Outcome("/"), CancellationToken.None);
        var renewed = await Report("node-a");
        Assert.Equal((1, "2026-11-21T12:40:00Z"), ((long)renewed["generation"]!, (string?)renewed["expiresAt"]));

        await publisher.PublishAsync(Samples.Outcome("/", ("tp_btf", Samples.Ok, Samples.Denied, Samples.Ok)), CancellationToken.None);
        Assert.Equal((2, "full"), ((long)(await Report("node-a"))["generation"]!, await Label()));

        await publisher.PublishAsync(Samples.Outcome("/", ("tp_btf", Samples.Denied, Samples.Denied, Samples.Denied)), CancellationToken.None);
        Assert.Equal((3, "none"), ((long)(await Report("node-a"))["generation"]!, await Label()));

        Assert.Equal([(1L, false), (2L, true), (3L, true)], journal.Changes.Select(change => (change.Publication.Generation, change.Before is not null)));
    }

    [KitFact]
    public async Task Another_nodes_report_is_refused()
    {
        using var client = new KubernetesClient(KubernetesConfig.Load(await cluster.ConfigOf("node-a")), TimeProvider.System, NullLoggerFactory.Instance);

        var refusal = await Assert.ThrowsAsync<KubernetesException>(
            () => new ReportPublisher(client, new RecordingJournal(), TimeProvider.System).PublishAsync(Samples.Outcome("/") with { Node = "node-b" }, CancellationToken.None));

        Assert.Equal(HttpStatusCode.Forbidden, refusal.StatusCode);
    }

    [KitFact]
    public async Task The_program_publishes_records_what_changed_once_and_stops_when_it_is_told_to()
    {
        var spool = Directory.CreateTempSubdirectory("coral-agent-spool").FullName;
        foreach (var start in new[] { 1, 2 })
        {
            await cluster.Cluster.Kubectl("label", "node", "node-b", "coral.io/ebpf-");
            var program = Path.Join(AppContext.BaseDirectory, "coral-agent");
            string[] arguments = ["node", "--node", "node-b", "--kubeconfig", await cluster.ConfigOf("node-b"), "--spool", spool, "--cluster", "east"];
            using var agent = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false })!;
            await Eventually.Async(async () => (await Node("node-b"))["metadata"]!["labels"]!["coral.io/ebpf"] is not null, TimeSpan.FromSeconds(120), $"the report is there, start {start}");

            Signal.Terminate(agent.Id);

            await agent.WaitForExitAsync();
            Assert.Equal(0, agent.ExitCode);
        }

        Assert.Equal((await File.ReadAllTextAsync("/proc/sys/kernel/osrelease")).Trim(), (string?)(await Report("node-b"))["system"]!["release"]);
        var documents = new List<JsonElement>();
        await foreach (var record in new LocalSearch(spool).FindAsync(new AuditQuery())) documents.Add(record.Document);
        var document = Assert.Single(documents);
        Assert.Equal("node-capabilities", document.GetProperty("event").GetProperty("action").GetString());
        var id = (string?)(await cluster.Api.Get("/api/v1/namespaces/kube-system")).Expect()["metadata"]!["uid"];
        Assert.Equal(id, document.GetProperty("orchestrator").GetProperty("cluster").GetProperty("id").GetString());
        Directory.Delete(spool, recursive: true);
    }

    private async Task<JsonNode> Report(string node) => (await cluster.Api.Get($"/apis/coral.io/v1alpha1/nodecapabilities/{node}")).Expect();

    private async Task<JsonNode> Node(string name) => (await cluster.Api.Get($"/api/v1/nodes/{name}")).Expect();

    private async Task<string?> NodeUid() => (string?)(await cluster.Api.Get("/api/v1/nodes/node-a")).Expect()["metadata"]!["uid"];

    private async Task<string?> Label() => (string?)(await cluster.Api.Get("/api/v1/nodes/node-a")).Expect()["metadata"]!["labels"]!["coral.io/ebpf"];
}
