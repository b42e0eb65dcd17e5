namespace Coral.EndToEnd.Real;

/// <summary>An API server with two nodes that are played, and with them the life of pods and Jobs: what is installed becomes ready, and nothing of it runs.</summary>
public sealed class HelmCluster() : KitClusterFixture(new() { FakeNodes = 2 }), IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("coral-helm-cluster-").FullName;

    internal string PathOf(string name) => Path.Join(folder, name);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The names of all objects of the cluster that are of us, of whatever kind.</summary>
    internal async Task<List<string>> OursAsync() =>
        [.. (await ObjectNames.AllAsync(Cluster)).Where(name => name.Contains("coral", StringComparison.Ordinal) && !name.EndsWith("/default", StringComparison.Ordinal) && !name.EndsWith("/kube-root-ca.crt", StringComparison.Ordinal))];

    /// <summary>Makes what our processes would have made in a namespace, because none runs.</summary>
    internal async Task MadeByProcessesAsync(string ns)
    {
        await Cluster.KubectlWith(
            $$"""
            apiVersion: v1
            kind: List
            items:
              - {apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: coral-policy} }
              - {apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: coral-policy} }
              - {apiVersion: v1, kind: Secret, metadata: {name: coral-webhook-tls, namespace: {{ns}} } }
              - {apiVersion: v1, kind: Secret, metadata: {name: coral-audit-key, namespace: {{ns}} } }
              - {apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: coral-audit-00000000000000a1, namespace: {{ns}} } }
              - {apiVersion: coral.io/v1alpha1, kind: NodeCapability, metadata: {name: fake-0}, node: fake-0}
            """,
            "create", "-f", "-");
        await Cluster.Kubectl("label", "node", "fake-0", "coral.io/ebpf=minimal");
    }
}
