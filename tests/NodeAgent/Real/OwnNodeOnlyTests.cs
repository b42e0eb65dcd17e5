using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>What a token of node-a's agent may write, by RBAC and by the policy of manifests/agent, against a real API server.</summary>
[Collection(AgentClusterTests.Name)]
public sealed class OwnNodeOnlyTests(AgentCluster cluster)
{
    [KitFact]
    public async Task Its_own_report_and_its_own_nodes_labels_under_coral_io()
    {
        var agent = await cluster.ConfigOf("node-a");

        await Allowed(agent, Report("node-a"), "apply", "--server-side", "--force-conflicts", "-f", "-");
        await Allowed(agent, Report("node-a").Replace("generation: 1", "generation: 2", StringComparison.Ordinal), "apply", "--server-side", "--force-conflicts", "-f", "-");
        await Allowed(agent, null, "label", "node", "node-a", "--overwrite", "coral.io/ebpf=minimal");
        await Allowed(agent, null, "label", "node", "node-a", "--overwrite", "coral.io/ebpf=none");
        await Allowed(agent, null, "label", "node", "node-a", "coral.io/ebpf-");
    }

    [KitTheory]
    [InlineData("must not write for node node-b", "label", "node", "node-b", "coral.io/mine=full")]
    [InlineData("only those under coral.io/", "label", "node", "node-a", "pool=new", "--overwrite")]
    [InlineData("only those under coral.io/", "label", "node", "node-a", "pool-")]
    [InlineData("only those under coral.io/", "label", "node", "node-a", "node-role.kubernetes.io/control-plane=")]
    [InlineData("only those under coral.io/", "label", "node", "node-a", "coral.io.evil/x=1")]
    [InlineData("only labels", "annotate", "node", "node-a", "note=changed", "--overwrite")]
    [InlineData("only labels", "annotate", "node", "node-a", "coral.io/note=new")]
    [InlineData("only labels", "taint", "node", "node-a", "dedicated=mine:NoSchedule")]
    [InlineData("only labels", "patch", "node", "node-a", "--type=merge", "-p", """{"spec":{"unschedulable":true}}""")]
    [InlineData("only labels", "patch", "node", "node-a", "--type=merge", "-p", """{"metadata":{"finalizers":["coral.io/stay"]}}""")]
    [InlineData("only labels", "patch", "node", "node-a", "--type=merge", "-p", """{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Namespace","name":"coral-system","uid":"x"}]}}""")]
    [InlineData("resource \"nodes/status\"", "patch", "node", "node-a", "--subresource=status", "--type=merge", "-p", """{"status":{"capacity":{"cpu":"99"}}}""")]
    [InlineData("cannot delete resource \"nodes\"", "delete", "node", "node-a")]
    [InlineData("cannot delete resource \"nodecapabilities\"", "delete", "nodecapability", "node-a")]
    [InlineData("cannot list resource \"nodes\"", "get", "nodes")]
    [InlineData("cannot list resource \"namespaces\"", "get", "namespaces")]
    [InlineData("cannot get resource \"namespaces\"", "get", "namespace", "coral-system")]
    [InlineData("cannot list resource \"secrets\"", "get", "secrets", "-n", "coral-system")]
    [InlineData("cannot get resource \"pods/log\"", "get", "--raw", "/api/v1/namespaces/coral-system/pods/x/log")]
    [InlineData("cannot delete resource \"pods\"", "delete", "pod", "x", "-n", "coral-system")]
    [InlineData("cannot get resource \"pods\"", "label", "pod", "x", "-n", "coral-system", "a=b")]
    [InlineData("cannot create resource \"pods\"", "run", "x", "--image=x", "-n", "coral-system")]
    public async Task Nothing_else(string refusal, params string[] arguments) => await Refused(await cluster.ConfigOf("node-a"), null, refusal, arguments);

    [KitFact]
    public async Task Not_the_report_of_another_node() =>
        await Refused(await cluster.ConfigOf("node-a"), Report("node-b"), "the agent of node node-a must not write for node node-b", "apply", "--server-side", "--force-conflicts", "-f", "-");

    [KitFact]
    public async Task Not_a_report_that_belongs_to_something_else()
    {
        var owned = Report("node-a").Replace("name: node-a", "name: node-a\n  ownerReferences: [{apiVersion: v1, kind: Node, name: node-b, uid: x}]", StringComparison.Ordinal);

        await Refused(await cluster.ConfigOf("node-a"), owned, "belongs to its node", "apply", "--server-side", "--force-conflicts", "-f", "-");
    }

    [KitFact]
    public async Task Nothing_at_all_with_a_token_that_is_bound_to_no_node()
    {
        var agent = await cluster.ConfigOf(null);

        await Refused(agent, Report("node-a"), "bound to no node", "apply", "--server-side", "--force-conflicts", "-f", "-");
        await Refused(agent, null, "bound to no node", "label", "node", "node-a", "coral.io/ebpf=full");
    }

    [KitFact]
    public async Task Even_an_account_that_was_given_more_rights_keeps_to_its_node()
    {
        var agent = await cluster.ConfigOf("node-a");
        await cluster.Cluster.Kubectl("create", "clusterrolebinding", "agents-are-admins", "--clusterrole=cluster-admin", "--serviceaccount=coral-system:coral-agent");
        try
        {
            await Allowed(agent, Report("node-a"), "apply", "--server-side", "--force-conflicts", "-f", "-");
            await Eventually.Async(async () => (await AgentCluster.As(agent, null, "get", "nodes")).ExitCode == 0, TimeSpan.FromSeconds(60), "the rights are there");

            await Refused(agent, null, "nothing else", "delete", "node", "node-b");
            await Refused(agent, null, "nothing else", "delete", "nodecapability", "node-a", "--ignore-not-found=false");
            await Refused(agent, null, "nothing else", "patch", "node", "node-a", "--subresource=status", "--type=merge", "-p", """{"status":{"capacity":{"cpu":"99"}}}""");
            await Refused(agent, "apiVersion: v1\nkind: Node\nmetadata: {name: node-c}\n", "nothing else", "create", "-f", "-");
        }
        finally
        {
            await cluster.Cluster.Kubectl("delete", "clusterrolebinding", "agents-are-admins");
            await Eventually.Async(async () => (await AgentCluster.As(agent, null, "get", "nodes")).ExitCode != 0, TimeSpan.FromSeconds(60), "the rights are gone");
        }
    }

    [KitFact]
    public async Task The_policy_is_about_agents_only()
    {
        await cluster.Cluster.Kubectl("label", "node", "node-b", "pool=new", "--overwrite");
        await cluster.Cluster.Kubectl("annotate", "node", "node-b", "note=changed", "--overwrite");
    }

    private static string Report(string node) => $"""
        apiVersion: coral.io/v1alpha1
        kind: NodeCapability
        metadata:
          name: {node}
        node: {node}
        generation: 1
        """;

    private static async Task Allowed(string agent, string? input, params string[] arguments)
    {
        var result = await AgentCluster.As(agent, input, arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result}");
    }

    private static async Task Refused(string agent, string? input, string refusal, params string[] arguments)
    {
        var result = await AgentCluster.As(agent, input, arguments);
        Assert.True(result.ExitCode != 0, $"{string.Join(' ', arguments)} was allowed: {result}");
        Assert.Contains(refusal, result.Errors, StringComparison.Ordinal);
    }
}
