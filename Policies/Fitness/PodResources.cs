using System.Text.Json;
using Coral.Policies.Injection;

namespace Coral.Policies.Fitness;

/// <summary>
/// Sums of a pod as the scheduler, LimitRanger and quota take them (KEP-753): regular containers and native sidecars together, or the peak of an
/// init container with the native sidecars that started before it, whichever is more.
/// </summary>
internal static class PodResources
{
    /// <summary>The total of a resource, with a sidecar or without (null).</summary>
    internal static Quantity Total(JsonElement spec, Sidecar? sidecar, string resource, bool limits)
    {
        var running = default(Quantity);
        var started = default(Quantity);
        var peak = default(Quantity);
        if (sidecar is { Kind: ContainerKind.Init }) started = Amount(sidecar, resource, limits);
        foreach (var container in spec.Items("initContainers"u8))
        {
            var amount = Amount(container, resource, limits);
            if (container.Get("restartPolicy"u8).Is("Always"u8))
            {
                started += amount;
                peak = Larger(peak, started);
            }
            else
            {
                peak = Larger(peak, started + amount);
            }
        }

        foreach (var container in spec.Items("containers"u8)) running += Amount(container, resource, limits);
        if (sidecar is { Kind: ContainerKind.Regular }) running += Amount(sidecar, resource, limits);
        return Larger(running + started, peak);
    }

    internal static Quantity Amount(Sidecar sidecar, string resource, bool limits)
    {
        foreach (var (name, amount) in limits ? sidecar.Limits : sidecar.Requests)
        {
            if (name == resource) return amount;
        }

        return default;
    }

    /// <summary>
    /// Whether the pod's class is Guaranteed by its containers: each states cpu and memory limits, and requests are equal or silent.
    /// Pod-level resources decide the class by themselves, and no container can change it then.
    /// </summary>
    internal static bool IsGuaranteed(in PodView pod)
    {
        if (pod.Spec.Has("resources"u8)) return false;
        var count = 0;
        foreach (var entry in pod.Containers)
        {
            if (entry.Kind == ContainerKind.Ephemeral) continue;
            count++;
            var resources = entry.Container.Get("resources"u8);
            if (!IsPinned(resources, "cpu"u8) || !IsPinned(resources, "memory"u8)) return false;
        }

        return count > 0;
    }

    private static bool IsPinned(JsonElement resources, ReadOnlySpan<byte> resource)
    {
        if (!Quantity.TryParse(resources.Get("limits"u8).Get(resource), out var limit) || limit.CompareTo(default) <= 0) return false;
        var request = resources.Get("requests"u8).Get(resource);
        return request.ValueKind == JsonValueKind.Undefined || (Quantity.TryParse(request, out var amount) && amount.CompareTo(limit) == 0);
    }

    private static Quantity Amount(JsonElement container, string resource, bool limits)
    {
        var resources = container.Get("resources"u8);
        var stated = limits ? resources.Get("limits"u8).Get(resource) : resources.Get("requests"u8).Get(resource);
        // A silent request takes the limit (API defaulting, which offline nobody has done).
        if (stated.ValueKind == JsonValueKind.Undefined && !limits) stated = resources.Get("limits"u8).Get(resource);
        return Quantity.TryParse(stated, out var amount) ? amount : default;
    }

    private static Quantity Larger(Quantity left, Quantity right) => left.CompareTo(right) >= 0 ? left : right;
}
