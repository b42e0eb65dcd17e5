using System.Text.Json.Nodes;

namespace Coral.EndToEnd.Real;

/// <summary>An API server with the account of the webhook: what it reads and registers is given by a role of the tests, what it signs with by <c>manifests/webhook</c> alone.</summary>
public sealed class AuditCluster() : KitClusterFixture(new()), IDisposable
{
    internal const string Namespace = "coral-system";

    internal const string Secret = $"/api/v1/namespaces/{Namespace}/secrets/coral-audit-key";
    internal const string Leases = $"/apis/coordination.k8s.io/v1/namespaces/{Namespace}/leases";

    internal static readonly string Manifest = Path.Join(Stage.Root, "manifests", "webhook", "audit.yaml");

    // Without Leases, and without Secrets but the certificates', which are there before.
    private const string Rest = """
        apiVersion: v1
        kind: List
        items:
          - apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: rest}
            rules:
              - apiGroups: ["", node.k8s.io, coral.io]
                resources: [namespaces, nodes, pods, limitranges, resourcequotas, serviceaccounts, runtimeclasses, nodecapabilities, injectionpolicies]
                verbs: [get, list, watch]
              - apiGroups: [admissionregistration.k8s.io]
                resources: ["*"]
                verbs: ["*"]
              - apiGroups: [""]
                resources: [secrets]
                resourceNames: [coral-webhook-tls]
                verbs: [get, patch]
          - apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: rest}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: rest}
            subjects: [{kind: ServiceAccount, name: coral-webhook, namespace: coral-system}]
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("coral-audit-cluster").FullName;

    /// <summary>A file that goes with the cluster.</summary>
    internal string PathOf(string name) => Path.Join(folder, name);

    /// <summary>A kubeconfig with the token of an account and nothing else.</summary>
    internal Task<string> ConfigOf(string account) => Tokens.ConfigAsync(Cluster, account, PathOf(account));

    /// <summary>The Leases that have checkpoints.</summary>
    internal async Task<List<JsonNode>> LeasesAsync() =>
        [.. (await Api.Get(Leases)).Expect()["items"]!.AsArray().Select(lease => lease!).Where(lease => ((string)lease["metadata"]!["name"]!).StartsWith("coral-audit-", StringComparison.Ordinal))];

    /// <summary>Waits until an account may do some things in the namespace, and sees that it may not do others.</summary>
    internal async Task RightsAsync(string account, string[] allowed, string[] refused)
    {
        foreach (var (actions, expected) in new[] { (allowed, "yes"), (refused, "no") })
            foreach (var action in actions)
                await Eventually.Async(async () => (await Cluster.TryKubectl(["auth", "can-i", .. action.Split(' '), "-n", Namespace, $"--as=system:serviceaccount:{Namespace}:{account}"])).Output.Trim() == expected, TimeSpan.FromSeconds(30), $"{account}, {action}: {expected}");
    }

    /// <summary>The line of docs/operations/verify.md that has these words.</summary>
    internal static string Line(string words) => Assert.Single(Page.Split('\n'), line => line.Contains(words, StringComparison.Ordinal) && line.EndsWith("> audit.pub", StringComparison.Ordinal));

    /// <summary>The last block of that page's commands that has these words.</summary>
    internal static string Block(string words) => Page.Split("```").Last(block => block.StartsWith("sh\n", StringComparison.Ordinal) && block.Contains(words, StringComparison.Ordinal))[3..];

    /// <summary>Runs lines of a page as its reader does: as the administrator, in a folder of his own.</summary>
    internal async Task BashAsync(string lines)
    {
        var program = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var script = $"set -euo pipefail; PATH='{await Kit.Bin("kube")}':$PATH; coral() {{ '{program}' '{Harness.CliProgram.Program}' \"$@\"; }}\n{lines}";
        var result = await Command.Run("bash", ["-c", script], environment: new Dictionary<string, string> { ["KUBECONFIG"] = Cluster.Kubeconfig }, workingDirectory: folder);
        Assert.True(result.ExitCode == 0, $"{lines}: {result}");
    }

    private static string Page => File.ReadAllText(Path.Join(Stage.Root, "docs", "operations", "verify.md"));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    protected override async Task Prepare()
    {
        await Api.CreateNamespace(Namespace);
        await Cluster.Kubectl("apply", "-k", Path.Join(Stage.Root, "manifests", "crds"));
        await Cluster.Kubectl("wait", "--for=condition=Established", "crd/nodecapabilities.coral.io", "crd/injectionpolicies.coral.io", "--timeout=60s");
        foreach (var account in new[] { "coral-webhook", "auditor" }) await Cluster.Kubectl("create", "serviceaccount", account, "-n", Namespace);
        await Cluster.KubectlWith(Rest, "apply", "-f", "-");
        // Makes the certificates.
        await using var first = await Harness.WebhookProcess.Start(new() { Kubeconfig = Cluster.Kubeconfig, Register = "service", More = ["--audit-key", "none"], OwnAuditKey = false });
    }
}
