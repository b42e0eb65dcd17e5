using System.Text.Json;
using Coral.Kubernetes;
using Coral.Policies;

namespace Coral.Cli.Uninstall;

/// <summary>What is left where nobody but its owner may decide: namespaces that opted in, and pods that run with the sidecar.</summary>
internal static class Remains
{
    private static readonly HashSet<string> OptIns = new(StringComparer.Ordinal) { Vocabulary.Inject, Vocabulary.Required };
    private static readonly HashSet<string> OfNamespaces = new(StringComparer.Ordinal) { Vocabulary.Inject, Vocabulary.Required, Vocabulary.Mode, Vocabulary.OnMismatch, Vocabulary.Rollout };

    internal static async Task NamespacesAsync(Changes changes, bool remove, CancellationToken cancellation)
    {
        await foreach (var item in changes.ListAsync(ApiResource.Namespaces, new ListOptions(), cancellation))
        {
            var labels = Changes.KeysOf(item, "labels"u8, OptIns.Contains);
            if (remove) await changes.StripAsync(ApiResource.Namespaces, "Namespace", item, OfNamespaces.Contains, cancellation);
            else if (!labels.IsEmpty) changes.Add(new Outcome(Fate.Stays, "Namespace", null, NamespacedName.Of(item).Name, labels, "the labels are its owner's: --namespaces takes them off"));
        }
    }

    internal static async Task PodsAsync(Changes changes, CancellationToken cancellation)
    {
        await foreach (var pod in changes.ListAsync(ApiResource.Pods, new ListOptions { FieldSelector = "status.phase!=Succeeded,status.phase!=Failed" }, cancellation))
        {
            if (!HasSidecar(pod)) continue;
            var name = NamespacedName.Of(pod);
            changes.Add(new Outcome(Fate.Stays, "Pod", name.Namespace, name.Name, [], "runs with the sidecar until it is restarted"));
        }
    }

    /// <summary>Information only, so the annotation that anybody may write is enough.</summary>
    private static bool HasSidecar(JsonElement pod) => pod.Get("metadata"u8).Get("annotations"u8).Text(Vocabulary.Injected) == "true";
}
