using System.Globalization;
using System.Text.Json.Nodes;

namespace Coral.Cluster.Tests.Real;

/// <summary>What stands in the cluster after an installation.</summary>
[Collection(DefaultTests.Name)]
public sealed class InstallTests(DefaultCluster installed) : ClusterTests(installed)
{
    [ClusterFact]
    public async Task K44_K101_the_agent_runs_on_each_node_and_publishes_what_it_proved()
    {
        var nodes = (await Cluster.List("nodes", "-l", "kubernetes.io/os=linux")).Select(node => (string)node["metadata"]!["name"]!).Order(StringComparer.Ordinal).ToList();
        var agents = await Cluster.List("pods", "-n", "coral-system", "-l", "app=coral-agent");
        Assert.Equal(nodes, agents.Select(agent => (string)agent["spec"]!["nodeName"]!).Order(StringComparer.Ordinal));
        foreach (var node in nodes)
        {
            var report = await Cluster.Get("nodecapability", node);
            Assert.True(DateTimeOffset.Parse((string)report["expiresAt"]!, CultureInfo.InvariantCulture) > TimeProvider.System.GetUtcNow(), $"{node}: {report["expiresAt"]}");
            Assert.Equal((string)(await Cluster.Get("node", node))["status"]!["nodeInfo"]!["bootID"]!, (string)report["bootId"]!);
            Assert.NotEmpty(report["facts"]!.AsObject());
        }
    }

    [ClusterFact]
    public async Task The_webhook_is_registered_by_its_service()
    {
        foreach (var kind in new[] { "mutatingwebhookconfiguration", "validatingwebhookconfiguration" })
        {
            foreach (var webhook in (await Cluster.Get(kind, "coral-policy"))["webhooks"]!.AsArray())
            {
                var service = webhook!["clientConfig"]!["service"]!;
                Assert.Equal(("coral-system", "coral-webhook"), ((string?)service["namespace"], (string?)service["name"]));
                Assert.NotNull(webhook["clientConfig"]!["caBundle"]);
            }
        }
    }

    [ClusterFact]
    public async Task Neither_process_has_restarted_or_was_refused_anything()
    {
        foreach (var pod in await Cluster.List("pods", "-n", "coral-system"))
        {
            var name = (string)pod["metadata"]!["name"]!;
            Assert.All(pod["status"]!["containerStatuses"]!.AsArray(), container => Assert.Equal(0, (int)container!["restartCount"]!));
            Assert.DoesNotContain("forbidden", await Cluster.Kubectl("logs", "-n", "coral-system", name), StringComparison.OrdinalIgnoreCase);
        }
    }
}
