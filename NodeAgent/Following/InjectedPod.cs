using System.Collections.Immutable;
using System.Text.Json;
using Coral.Policies;

namespace Coral.NodeAgent.Following;

/// <summary>A pod of this node that has a container named as our sidecar. All of it was written by whoever made the pod.</summary>
/// <param name="Uid">The pod's UID.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Image">The sidecar's image, or null.</param>
/// <param name="ContainerId">The sidecar's id at the runtime without the scheme; null before it runs.</param>
/// <param name="DecisionId">What <c>coral.io/status</c> says; a hint for people, nothing is decided by it.</param>
/// <param name="Privileged">Whether the sidecar is privileged.</param>
/// <param name="Capabilities">The capabilities that its security context adds, sorted.</param>
/// <param name="Ended">Whether the pod is done, whatever its containers were.</param>
internal sealed record InjectedPod(
    string Uid, string Namespace, string Name, string? Image, string? ContainerId, string? DecisionId, bool Privileged, ImmutableSortedSet<string> Capabilities, bool Ended)
{
    private const int LongestHint = 64;

    /// <summary>Null when the pod has no such container.</summary>
    internal static InjectedPod? Read(JsonElement pod)
    {
        var spec = pod.Get("spec"u8);
        if (Named(spec, "containers"u8, "initContainers"u8) is not { } container) return null;
        var metadata = pod.Get("metadata"u8);
        var context = container.Get("securityContext"u8);
        var status = pod.Get("status"u8);
        return new InjectedPod(
            metadata.Text("uid"u8) ?? "",
            metadata.Text("namespace"u8) ?? "",
            metadata.Text("name"u8) ?? "",
            container.Text("image"u8),
            Named(status, "containerStatuses"u8, "initContainerStatuses"u8)?.Text("containerID"u8) is { } id ? id[(id.IndexOf("://", StringComparison.Ordinal) is var at and >= 0 ? at + 3 : 0)..] : null,
            Hint(metadata.Get("annotations"u8).Text(Vocabulary.Status)),
            context.IsTrue("privileged"u8),
            [.. context.Get("capabilities"u8).Items("add"u8).Select(item => item.AsText()).OfType<string>().Select(Bare)],
            status.Text("phase"u8) is "Succeeded" or "Failed");
    }

    private static JsonElement? Named(JsonElement of, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => Named(of.Items(first)) ?? Named(of.Items(second));

    private static JsonElement? Named(JsonElement.ArrayEnumerator entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Text("name"u8) == Vocabulary.ContainerName) return entry;
        }

        return null;
    }

    /// <summary>Runtimes take both spellings.</summary>
    private static string Bare(string capability) => capability.StartsWith("CAP_", StringComparison.Ordinal) ? capability["CAP_".Length..] : capability;

    private static string? Hint(string? status)
    {
        if (status is not { Length: > 0 and < 4096 }) return null;
        try
        {
            using var json = JsonDocument.Parse(status);
            return json.RootElement.Text("id"u8) is { Length: > 0 and <= LongestHint } id ? id : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
