using System.Text.Json;
using Coral.Policies.Nodes;

namespace Coral.Policies.Selection;

/// <summary>
/// Native sidecar or regular container (row C-9, KEP-753: alpha 1.28 with its gate off, beta 1.29 with it on, stable 1.33). The oldest kubelet
/// where the pod may land decides, and the API server, which drops the field that it does not know. A regular container never ends, so a pod that
/// must complete takes none (row C-10).
/// </summary>
internal static class FormSelection
{
    private static readonly KubernetesVersion Beta = new(1, 29);
    private static readonly KubernetesVersion Alpha = new(1, 28);

    internal static Form Choose(Floor floor, KubernetesVersion? server, NativeSidecar wanted)
    {
        if (wanted == NativeSidecar.Never) return Form.Regular;
        var first = wanted == NativeSidecar.Always ? Alpha : Beta;
        return (server is null || server >= first) && (floor.OldestKubelet is null || floor.OldestKubelet >= first) ? Form.Native : Form.Regular;
    }

    /// <summary>Whether the pod is meant to end by itself.</summary>
    internal static bool MustComplete(JsonElement pod) =>
        pod.Get("spec"u8).Text("restartPolicy"u8) is "Never" or "OnFailure" || PolicySubject.OwnerKind(pod.Get("metadata"u8)) == "Job";
}
