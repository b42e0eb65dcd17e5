using System.Collections.Immutable;
using System.Text.Json;
using Coral.Audit.Events;
using Coral.Policies;

namespace Coral.NodeAgent.Collectors.Workloads;

/// <summary>What a pod says of whose its containers are.</summary>
/// <param name="Pod">The pod, without a container.</param>
/// <param name="StaticHash">What a static pod has for a UID in paths of control groups; null for others.</param>
/// <param name="Containers">By their ids at the runtime, without a scheme: those that run, and the last of each that ran before.</param>
internal sealed record PodIdentity(Workload Pod, string? StaticHash, ImmutableDictionary<string, Workload> Containers)
{
    private static readonly (string Specs, string Statuses)[] Lists =
        [("containers", "containerStatuses"), ("initContainers", "initContainerStatuses"), ("ephemeralContainers", "ephemeralContainerStatuses")];

    /// <summary>Null when it is no pod.</summary>
    internal static PodIdentity? Read(JsonElement pod)
    {
        var metadata = pod.Get("metadata"u8);
        if (metadata.Text("uid"u8) is not { Length: > 0 } uid) return null;
        var (kind, owner) = PodOwner.Of(metadata);
        var of = new Workload
        {
            Namespace = metadata.Text("namespace"u8),
            Pod = metadata.Text("name"u8),
            PodUid = uid,
            OwnerKind = kind,
            Owner = owner,
            Node = pod.Get("spec"u8).Text("nodeName"u8),
        };
        var containers = ImmutableDictionary.CreateBuilder<string, Workload>(StringComparer.Ordinal);
        foreach (var (specs, statuses) in Lists)
        {
            foreach (var status in Items(pod.Get("status"u8), statuses))
            {
                var name = status.Text("name"u8);
                var image = Items(pod.Get("spec"u8), specs).FirstOrDefault(spec => spec.Text("name"u8) == name).Text("image"u8);
                foreach (var id in (string?[])[status.Text("containerID"u8), status.Get("lastState"u8).Get("terminated"u8).Text("containerID"u8)])
                {
                    if (Bare(id) is { } bare) containers[bare] = of with { Container = name, ContainerId = bare, Image = image };
                }
            }
        }

        return new PodIdentity(of, metadata.Get("annotations"u8).Text("kubernetes.io/config.hash"), containers.ToImmutable());
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement of, string name) => of.Get(name) is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : default;

    /// <summary>Without <c>containerd://</c> and the like.</summary>
    private static string? Bare(string? id) => string.IsNullOrEmpty(id) ? null : id[(id.IndexOf("://", StringComparison.Ordinal) is var at and >= 0 ? at + 3 : 0)..];
}
