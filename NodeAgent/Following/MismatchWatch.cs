using System.Text.Json;
using Coral.Policies.Nodes;

namespace Coral.NodeAgent.Following;

/// <summary>
/// Compares each injected pod of this node with this node's own report, when either changes. A mismatch is told once for a pod, again when what it lacks has changed, and once more when a
/// later report proves it all. Calls come from the informer's loop and from the probe's, one at a time by the lock.
/// </summary>
/// <param name="tell">Takes what changed, under the lock: be quick.</param>
internal sealed class MismatchWatch(Action<Mismatch> tell)
{
    private readonly Lock gate = new();

    /// <summary>What was told, by the pod's UID.</summary>
    private readonly Dictionary<string, Mismatch> told = new(StringComparer.Ordinal);

    private List<InjectedPod> pods = [];
    private NodeReport? report;
    private string hash = "";

    /// <summary>The pods of this node as they are now.</summary>
    internal void Pods(IEnumerable<JsonElement> current)
    {
        // Read outside of the lock; the names of the pods that are gone go with them.
        var read = current.Select(InjectedPod.Read).OfType<InjectedPod>().Where(pod => pod is { Ended: false, Uid.Length: > 0 }).ToList();
        lock (gate)
        {
            pods = read;
            Compare();
        }
    }

    /// <summary>What this node proves from now on.</summary>
    internal void Report(NodeReport current, string reportHash)
    {
        lock (gate)
        {
            (report, hash) = (current, reportHash);
            Compare();
        }
    }

    private void Compare()
    {
        if (report is null) return;
        foreach (var gone in told.Keys.Except(pods.Select(pod => pod.Uid), StringComparer.Ordinal).ToList()) told.Remove(gone);
        foreach (var pod in pods)
        {
            if (VariantCheck.VariantOf(pod) is not { } variant) continue;
            var now = new Mismatch(pod, variant.Name, VariantCheck.Lacks(report, variant, pod), hash);
            var before = told.GetValueOrDefault(pod.Uid);
            if (before is null ? now.Resolved : before.Lacks.SequenceEqual(now.Lacks, StringComparer.Ordinal)) continue;
            if (now.Resolved) told.Remove(pod.Uid);
            else told[pod.Uid] = now;
            tell(now);
        }
    }
}
