using Coral.Kubernetes;

namespace Coral.Cli.Uninstall;

/// <summary>Removes what our processes made in a cluster, in the order in which nothing of it hurts or comes back. What was installed by manifests or a chart is theirs to remove.</summary>
internal sealed class Uninstaller(IKubernetesClient client, UninstallChoice choice, TimeProvider time, Action<string> say)
{
    private const string Prefix = "coral.io/";
    private const string Configuration = "coral-policy";

    private readonly Changes changes = new(client, choice.DryRun);

    internal async Task<Changes> RunAsync(CancellationToken cancellation)
    {
        // First: without a webhook behind it, the entry that fails would refuse pods.
        await EntriesAsync(cancellation);
        // One that has just started registers itself.
        if (await new OwnPods(changes, choice, time, say).WaitAsync(cancellation)) await EntriesAsync(cancellation);
        await NodesAsync(cancellation);
        await InOwnNamespaceAsync(cancellation);
        await Remains.NamespacesAsync(changes, choice.Namespaces, cancellation);
        if (!choice.KeepCrds) await new Definitions(changes, client, choice, time).RemoveAsync(cancellation);
        await Remains.PodsAsync(changes, cancellation);
        return changes;
    }

    private async Task EntriesAsync(CancellationToken cancellation)
    {
        await changes.DeleteAsync(ApiResource.MutatingWebhookConfigurations, "MutatingWebhookConfiguration", null, Configuration, cancellation);
        await changes.DeleteAsync(ApiResource.ValidatingWebhookConfigurations, "ValidatingWebhookConfiguration", null, Configuration, cancellation);
    }

    private async Task NodesAsync(CancellationToken cancellation)
    {
        await foreach (var node in changes.ListAsync(ApiResource.Nodes, new ListOptions(), cancellation))
            await changes.StripAsync(ApiResource.Nodes, "Node", node, key => key.StartsWith(Prefix, StringComparison.Ordinal), cancellation);
        await foreach (var report in changes.ListAsync(ApiResource.NodeCapabilities, new ListOptions(), cancellation))
            await changes.DeleteAsync(ApiResource.NodeCapabilities, "NodeCapability", null, NamespacedName.Of(report).Name, cancellation);
    }

    private async Task InOwnNamespaceAsync(CancellationToken cancellation)
    {
        await changes.DeleteAsync(ApiResource.Secrets, "Secret", choice.Namespace, "coral-webhook-tls", cancellation);
        if (choice.KeepAudit) return;
        await changes.DeleteAsync(ApiResource.Secrets, "Secret", choice.Namespace, "coral-audit-key", cancellation);
        await foreach (var lease in changes.ListAsync(ApiResource.Leases, new ListOptions { Namespace = choice.Namespace }, cancellation))
            if (NamespacedName.Of(lease).Name is var name && name.StartsWith("coral-audit-", StringComparison.Ordinal)) await changes.DeleteAsync(ApiResource.Leases, "Lease", choice.Namespace, name, cancellation);
    }
}
