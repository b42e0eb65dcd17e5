using System.Collections.Immutable;
using System.Text.Json;
using Coral.Policies.Injection;

namespace Coral.Policies.Fitness;

/// <summary>
/// Step 7: whether the namespace and the pod have room for a sidecar, so that no other admission plug-in refuses the pod because of it.
/// Names, volumes and ports are the same for every variant and are checked once; amounts differ, so that a smaller variant may fit where a larger does not.
/// </summary>
internal static class FitnessCheck
{
    /// <summary>The API server's limit for all annotations of an object together.</summary>
    private const int MostAnnotationBytes = 256 * 1024;

    /// <summary>What our annotations may take: the status and our volumes' names, generously.</summary>
    private const int OwnAnnotationBytes = 2048;

    /// <summary>The reason why no variant can join this pod, or null.</summary>
    internal static string? CheckNames(in PodView pod, Sidecar sidecar)
    {
        foreach (var volume in pod.Volumes)
        {
            if (volume.Text("name"u8) is { } name && sidecar.VolumeNames.Contains(name)) return Reasons.VolumeNameTaken;
        }

        foreach (var entry in pod.Containers)
        {
            foreach (var port in entry.Container.Items("ports"u8))
            {
                if (port.Get("containerPort"u8) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value)
                    && sidecar.Ports.Contains(value) && port.Text("protocol"u8) is null or "TCP") return Reasons.PortTaken;
            }
        }

        return AnnotationBytes(pod.Metadata) + OwnAnnotationBytes > MostAnnotationBytes ? Reasons.AnnotationsTooLarge : null;
    }

    /// <summary>The Secret to which the pod's ServiceAccount lets no container refer, or null. Without an entry the account restricts nothing.</summary>
    internal static string? CheckSecrets(JsonElement spec, string ns, Sidecar sidecar, ImmutableDictionary<(string, string), ServiceAccountFacts> restricting)
    {
        if (restricting.IsEmpty) return null;
        var name = AccountOf(spec);
        if (!restricting.TryGetValue((ns, name), out var account)) return null;
        foreach (var secret in sidecar.Secrets)
        {
            if (!account.Secrets.Contains(secret)) return $"ServiceAccount {name} lists no Secret {secret}";
        }

        foreach (var secret in sidecar.PullSecrets)
        {
            if (!account.PullSecrets.Contains(secret)) return $"ServiceAccount {name} lists no pull secret {secret}";
        }

        return null;
    }

    /// <summary>The name of the pod's ServiceAccount.</summary>
    internal static string AccountOf(JsonElement spec) => spec.Text("serviceAccountName"u8) is { Length: > 0 } stated ? stated : "default";

    /// <summary>The reason why this sidecar's amounts do not fit, with the object that says so, or null.</summary>
    internal static (string Reason, string Detail)? CheckAmounts(JsonElement spec, Sidecar sidecar, ImmutableArray<LimitRangeFacts> limits, ImmutableArray<QuotaFacts> quotas)
    {
        if (spec.Has("resources"u8) && PodLevel(spec, sidecar) is { } resource) return (Reasons.PodResources, $"pod-level {resource}");
        foreach (var limit in limits)
        {
            foreach (var bound in limit.Bounds)
            {
                if (!Fits(bound, spec, sidecar)) return (Reasons.LimitRange, $"LimitRange {limit.Name}, {bound.Resource}");
            }
        }

        foreach (var quota in quotas)
        {
            // A pod with a sidecar is never BestEffort.
            if (quota.BestEffortOnly) continue;
            foreach (var entry in quota.Entries)
            {
                var total = PodResources.Total(spec, sidecar, entry.Resource, entry.Limits);
                if ((entry.Used + total).CompareTo(entry.Hard) > 0) return (Reasons.ResourceQuota, $"ResourceQuota {quota.Name}, {(entry.Limits ? "limits" : "requests")}.{entry.Resource}");
            }
        }

        return null;
    }

    /// <summary>KEP-2837: the containers' requests together, and each one's limit, stay within the pod's.</summary>
    private static string? PodLevel(JsonElement spec, Sidecar sidecar)
    {
        var resources = spec.Get("resources"u8);
        foreach (var member in resources.Members("requests"u8))
        {
            if (Quantity.TryParse(member.Value, out var room) && PodResources.Total(spec, sidecar, member.Name, limits: false).CompareTo(room) > 0) return member.Name;
        }

        foreach (var member in resources.Members("limits"u8))
        {
            if (Quantity.TryParse(member.Value, out var room) && PodResources.Amount(sidecar, member.Name, limits: true).CompareTo(room) > 0) return member.Name;
        }

        return null;
    }

    private static bool Fits(ResourceBound bound, JsonElement spec, Sidecar sidecar)
    {
        var request = bound.WholePod ? PodResources.Total(spec, sidecar, bound.Resource, limits: false) : PodResources.Amount(sidecar, bound.Resource, limits: false);
        var limit = bound.WholePod ? PodResources.Total(spec, sidecar, bound.Resource, limits: true) : PodResources.Amount(sidecar, bound.Resource, limits: true);
        // A resource that the sidecar does not state gets the range's default, which is within its bounds.
        if (!bound.WholePod && limit.CompareTo(default) == 0) return true;
        if (bound.Min is { } min && request.CompareTo(min) < 0) return false;
        if (bound.Max is { } max && (limit.CompareTo(max) > 0 || request.CompareTo(max) > 0)) return false;
        return bound.MaxRatio is not { } ratio || request.CompareTo(default) == 0 || limit.ToDouble() <= request.ToDouble() * ratio.ToDouble();
    }

    private static int AnnotationBytes(JsonElement metadata)
    {
        var total = 0;
        foreach (var annotation in metadata.Members("annotations"u8)) total += annotation.Name.Length + annotation.Value.GetRawText().Length;
        return total;
    }
}
