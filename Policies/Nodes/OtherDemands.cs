using System.Text.Json;

namespace Coral.Policies.Nodes;

/// <summary>
/// What ties a pod to certain nodes besides selectors, affinity, taints and names: its volumes' zone, other pods, ports and devices of the node. Feasible nodes
/// are counted without it, where a node too many only lowers the floor. A pin that took the only node with the pod's disk away would hold the pod up for good,
/// so such pods are not pinned.
/// </summary>
internal static class OtherDemands
{
    internal static bool Has(JsonElement podSpec) =>
        HasItems(podSpec, "resourceClaims"u8) || ClaimsVolumes(podSpec) || FollowsPods(podSpec.Get("affinity"u8)) || Spreads(podSpec)
        || AsksForDevices(podSpec.Get("resources"u8)) || Asks(podSpec, podSpec.Items("containers"u8)) || Asks(podSpec, podSpec.Items("initContainers"u8));

    private static bool ClaimsVolumes(JsonElement podSpec)
    {
        foreach (var volume in podSpec.Items("volumes"u8))
        {
            if (volume.Has("persistentVolumeClaim"u8) || volume.Has("ephemeral"u8)) return true;
        }

        return false;
    }

    private static bool FollowsPods(JsonElement affinity) =>
        HasItems(affinity.Get("podAffinity"u8), "requiredDuringSchedulingIgnoredDuringExecution"u8)
        || HasItems(affinity.Get("podAntiAffinity"u8), "requiredDuringSchedulingIgnoredDuringExecution"u8);

    // By default only domains of nodes that the pod's affinity admits count, so that a pin leaves none empty.
    private static bool Spreads(JsonElement podSpec)
    {
        foreach (var constraint in podSpec.Items("topologySpreadConstraints"u8))
        {
            if (constraint.Text("whenUnsatisfiable"u8) == "DoNotSchedule" && (constraint.Has("minDomains"u8) || constraint.Text("nodeAffinityPolicy"u8) == "Ignore")) return true;
        }

        return false;
    }

    private static bool Asks(JsonElement podSpec, JsonElement.ArrayEnumerator containers)
    {
        foreach (var container in containers)
        {
            if (AsksForDevices(container.Get("resources"u8)) || MountsClaim(podSpec, container.Items("volumeMounts"u8)) || MountsClaim(podSpec, container.Items("volumeDevices"u8))) return true;
            foreach (var port in container.Items("ports"u8))
            {
                if (port.Get("hostPort"u8) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) && value > 0) return true;
            }
        }

        return false;
    }

    /// <summary>A pod has all volumes that it mounts; the template of a StatefulSet lacks those that its claim templates will give to the pods.</summary>
    private static bool MountsClaim(JsonElement podSpec, JsonElement.ArrayEnumerator mounts)
    {
        foreach (var mount in mounts)
        {
            var found = false;
            foreach (var volume in podSpec.Items("volumes"u8)) found |= volume.Text("name"u8) == mount.Text("name"u8);
            if (!found) return true;
        }

        return false;
    }

    /// <summary>Every node has cpu, memory and some local storage; huge pages and extended resources only some have.</summary>
    private static bool AsksForDevices(JsonElement resources)
    {
        foreach (var resource in resources.Members("requests"u8))
        {
            if (resource.Name is not ("cpu" or "memory" or "ephemeral-storage")) return true;
        }

        foreach (var resource in resources.Members("limits"u8))
        {
            if (resource.Name is not ("cpu" or "memory" or "ephemeral-storage")) return true;
        }

        return false;
    }

    private static bool HasItems(JsonElement element, ReadOnlySpan<byte> name) => element.Items(name).MoveNext();
}
