using System.Collections.Immutable;
using System.Text.Json;
using Coral.Policies.Nodes;

namespace Coral.Policies.Injection;

/// <summary>The operations that turn a pod into its injected self, in the order parents, annotations, pod members, volumes, container.</summary>
internal static class PodPatch
{
    private const string Annotations = "/metadata/annotations";
    private const string InjectedPath = Annotations + "/coral.io~1injected";
    private const string StatusPath = Annotations + "/coral.io~1status";
    private const string EvictPath = Annotations + "/cluster-autoscaler.kubernetes.io~1safe-to-evict-local-volumes";

    /// <summary>Only what the rollout step `annotate` writes.</summary>
    internal static (byte[] Patch, int Operations) Annotate(JsonElement pod, string status)
    {
        using var patch = new PatchWriter();
        Parents(patch, pod);
        patch.Add(StatusPath, status);
        return (patch.Finish(), patch.Operations);
    }

    /// <summary>Everything.</summary>
    internal static (byte[] Patch, int Operations) Inject(JsonElement pod, Sidecar sidecar, ImmutableArray<string> pinnedTo, bool sharePid, string status)
    {
        using var patch = new PatchWriter();
        var metadata = pod.Get("metadata"u8);
        var spec = pod.Get("spec"u8);
        Parents(patch, pod);
        patch.Add(EvictPath, SafeToEvict(metadata.Get("annotations"u8).Text("cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes"u8), sidecar));
        patch.Add(InjectedPath, "true");
        patch.Add(StatusPath, status);

        if (sharePid) patch.Add("/spec/shareProcessNamespace", true);
        foreach (var addition in PinAffinity.Additions(spec, pinnedTo)) patch.Add(addition);
        PullSecrets(patch, spec, sidecar);

        patch.EnsureArray("/spec/volumes", spec.Get("volumes"u8));
        foreach (var volume in sidecar.Volumes.EnumerateArray()) patch.Add("/spec/volumes/-", volume);

        if (sidecar.Shape.Form == Form.Native)
        {
            // First, so that the pod's own init containers are observed too.
            patch.EnsureArray("/spec/initContainers", spec.Get("initContainers"u8));
            patch.Add("/spec/initContainers/0", sidecar.Container);
        }
        else
        {
            patch.Add("/spec/containers/-", sidecar.Container);
        }

        return (patch.Finish(), patch.Operations);
    }

    private static void Parents(PatchWriter patch, JsonElement pod)
    {
        var metadata = pod.Get("metadata"u8);
        patch.EnsureObject("/metadata", metadata);
        patch.EnsureObject(Annotations, metadata.Get("annotations"u8));
    }

    private static void PullSecrets(PatchWriter patch, JsonElement spec, Sidecar sidecar)
    {
        if (sidecar.PullSecrets.IsEmpty) return;
        patch.EnsureArray("/spec/imagePullSecrets", spec.Get("imagePullSecrets"u8));
        foreach (var name in sidecar.PullSecrets)
        {
            var known = false;
            foreach (var secret in spec.Items("imagePullSecrets"u8)) known |= secret.Text("name"u8) == name;
            if (!known) patch.AddNamed("/spec/imagePullSecrets/-", name);
        }
    }

    /// <summary>The cluster autoscaler keeps a node for pods with local volumes; ours hold nothing worth keeping.</summary>
    private static string SafeToEvict(string? now, Sidecar sidecar)
    {
        var names = string.IsNullOrEmpty(now) ? [] : now.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
        foreach (var name in sidecar.VolumeNames)
        {
            if (!names.Contains(name)) names.Add(name);
        }

        return string.Join(',', names);
    }
}
