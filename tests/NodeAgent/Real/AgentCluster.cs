using Coral.Testing;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>An API server with the kinds of manifests/crds, the account and policy of manifests/agent, and two nodes that nobody plays.</summary>
public sealed class AgentCluster() : KitClusterFixture(new()), IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("coral-agent-cluster").FullName;

    /// <summary>A kubeconfig with a token of the agents' account that is bound to a node; without a node it is bound to nothing.</summary>
    public async Task<string> ConfigOf(string? node)
    {
        string[] bound = node is null ? [] : ["--bound-object-kind", "Node", "--bound-object-name", node];
        var token = (await Cluster.Kubectl(["create", "token", "coral-agent", "-n", "coral-system", .. bound])).Trim();
        var ca = (await Cluster.Kubectl("config", "view", "--raw", "-o", "jsonpath={.clusters[0].cluster.certificate-authority}")).Trim();
        var server = (await Cluster.Kubectl("config", "view", "--raw", "-o", "jsonpath={.clusters[0].cluster.server}")).Trim();
        var file = Path.Join(folder, $"{node ?? "unbound"}.yaml");
        await File.WriteAllTextAsync(
            file,
            $$$"""
            apiVersion: v1
            kind: Config
            current-context: it
            clusters: [{name: it, cluster: {server: "{{{server}}}", certificate-authority: "{{{ca}}}"}}]
            users: [{name: it, user: {token: "{{{token}}}"}}]
            contexts: [{name: it, context: {cluster: it, user: it}}]
            """);
        return file;
    }

    /// <summary>kubectl as an agent.</summary>
    public static async Task<CommandResult> As(string kubeconfig, string? input, params string[] arguments) =>
        await Command.Run(Path.Join(await Kit.Bin("kube"), "kubectl"), ["--kubeconfig", kubeconfig, .. arguments], input);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    protected override async Task Prepare()
    {
        await Api.CreateNamespace("coral-system");
        await Cluster.Kubectl("apply", "-k", Path.Join(Repository.Root, "manifests", "crds"));
        await Cluster.Kubectl("apply", "-f", Path.Join(Repository.Root, "manifests", "agent", "rbac.yaml"));
        foreach (var node in new[] { "node-a", "node-b" })
            await Cluster.KubectlWith($"apiVersion: v1\nkind: Node\nmetadata: {{name: {node}, labels: {{pool: old}}, annotations: {{note: kept}}}}\n", "create", "-f", "-");
        await Cluster.Kubectl("wait", "--for=condition=Established", "crd/nodecapabilities.coral.io", "--timeout=60s");
        // The policy works a moment after it is stored: until then an agent could do what it forbids.
        var agent = await ConfigOf("node-a");
        await Eventually.Async(
            async () => (await As(agent, null, "label", "node", "node-b", "coral.io/ebpf=full", "--dry-run=server")).Errors.Contains("must not write for node node-b", StringComparison.Ordinal),
            TimeSpan.FromSeconds(60),
            "the policy is in force");
    }
}

/// <summary>Tests that share the cluster.</summary>
[CollectionDefinition(Name)]
public sealed class AgentClusterTests : ICollectionFixture<AgentCluster>
{
    internal const string Name = "agent cluster";
}
