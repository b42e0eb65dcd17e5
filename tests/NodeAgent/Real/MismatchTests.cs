using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Audit.Search;
using Coral.NodeAgent.Tests.Following;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>The whole program beside a pod that was given more than its node can hold up.</summary>
[Collection(AgentClusterTests.Name)]
public sealed class MismatchTests(AgentCluster cluster)
{
    private const string Node = "node-bare";

    [KitFact]
    public async Task The_program_records_a_pod_that_its_node_does_not_hold_up_and_ends_when_it_is_told_to()
    {
        await cluster.Cluster.KubectlWith($"apiVersion: v1\nkind: Node\nmetadata: {{name: {Node}}}\n", "create", "-f", "-");
        var pod = PodSamples.Injected("ebpf-minimal");
        pod["metadata"] = new JsonObject { ["name"] = "too-much" };
        pod["spec"]!["nodeName"] = Node;
        pod.AsObject().Remove("status");
        (await cluster.Api.CreatePod("default", pod)).Expect();
        var spool = Directory.CreateTempSubdirectory("coral-agent-spool").FullName;

        using var agent = Process.Start(new ProcessStartInfo("setpriv", Powerless("node", "--node", Node, "--kubeconfig", await cluster.ConfigOf(Node), "--spool", spool)) { UseShellExecute = false })!;
        JsonElement found = default;
        await Eventually.Async(async () => (found = await Recorded(spool, "variant-mismatch")).ValueKind == JsonValueKind.Object, TimeSpan.FromSeconds(120), "the mismatch is recorded");
        Signal.Terminate(agent.Id);
        await agent.WaitForExitAsync();

        Assert.Equal(0, agent.ExitCode);
        Assert.Equal("too-much", found.GetProperty("kubernetes").GetProperty("pod").GetProperty("name").GetString());
        Assert.Equal(Node, found.GetProperty("kubernetes").GetProperty("node").GetProperty("name").GetString());
        Assert.Contains("tp_btf", found.GetProperty("coral").GetProperty("mismatch").GetProperty("lacks").EnumerateArray().Select(fact => fact.GetString()));
        Assert.Equal(JsonValueKind.Object, (await Recorded(spool, "node-capabilities")).ValueKind);
        Directory.Delete(spool, recursive: true);
    }

    /// <summary>The program as a root that may do nothing, as in a container without capabilities: no kernel lets it load anything.</summary>
    private static IEnumerable<string> Powerless(params string[] arguments) =>
        ["--bounding-set=-all", "--inh-caps=-all", Path.Join(AppContext.BaseDirectory, "coral-agent"), .. arguments];

    private static async Task<JsonElement> Recorded(string spool, string action)
    {
        if (!Directory.EnumerateFileSystemEntries(spool).Any()) return default;
        await foreach (var record in new LocalSearch(spool).FindAsync(new AuditQuery()))
        {
            if (record.Document.GetProperty("event").GetProperty("action").GetString() == action) return record.Document;
        }

        return default;
    }
}
