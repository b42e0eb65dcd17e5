using System.Buffers;
using System.Text.Json;
using Coral.Policies;

namespace Coral.NodeAgent.Following;

/// <summary>
/// Makes pods small before they are kept: of a pod with our sidecar what <see cref="InjectedPod"/> reads, and of every pod, where collectors need their names, what <see cref="Collectors.Workloads.PodIdentity"/>
/// reads; else nothing. A node has hundreds of pods, the agent few megabytes.
/// </summary>
/// <param name="withNames">Whether collectors need the names of all containers.</param>
internal sealed class PodTrim(bool withNames)
{
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    private static readonly string[] Specs = ["containers", "initContainers"];
    private static readonly string[] AllSpecs = [.. Specs, "ephemeralContainers"];
    private static readonly string[] Statuses = ["containerStatuses", "initContainerStatuses"];
    private static readonly string[] AllStatuses = [.. Statuses, "ephemeralContainerStatuses"];

    internal JsonElement Trim(JsonElement pod)
    {
        if (!withNames && InjectedPod.Read(pod) is null) return Nothing;
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Metadata(json, pod.Get("metadata"u8));
            json.WriteStartObject("spec"u8);
            Copy(json, pod.Get("spec"u8), "nodeName");
            foreach (var list in withNames ? AllSpecs : Specs) Keep(json, pod.Get("spec"u8), list, Spec);
            json.WriteEndObject();
            json.WriteStartObject("status"u8);
            Copy(json, pod.Get("status"u8), "phase");
            foreach (var list in withNames ? AllStatuses : Statuses) Keep(json, pod.Get("status"u8), list, Status);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.WrittenMemory).RootElement;
    }

    private void Metadata(Utf8JsonWriter json, JsonElement metadata)
    {
        json.WriteStartObject("metadata"u8);
        foreach (var name in new[] { "uid", "namespace", "name" }) Copy(json, metadata, name);
        if (withNames)
        {
            foreach (var name in new[] { "resourceVersion", "ownerReferences" }) Copy(json, metadata, name);
            json.WriteStartObject("labels"u8);
            Copy(json, metadata.Get("labels"u8), "pod-template-hash");
            json.WriteEndObject();
        }

        json.WriteStartObject("annotations"u8);
        Copy(json, metadata.Get("annotations"u8), Vocabulary.Status);
        if (withNames) Copy(json, metadata.Get("annotations"u8), "kubernetes.io/config.hash");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Spec(Utf8JsonWriter json, JsonElement entry)
    {
        Copy(json, entry, "image");
        if (entry.Text("name"u8) == Vocabulary.ContainerName) Copy(json, entry, "securityContext");
    }

    private void Status(Utf8JsonWriter json, JsonElement entry)
    {
        Copy(json, entry, "containerID");
        if (!withNames || !entry.Get("lastState"u8).Get("terminated"u8).Has("containerID"u8)) return;
        json.WriteStartObject("lastState"u8);
        json.WriteStartObject("terminated"u8);
        Copy(json, entry.Get("lastState"u8).Get("terminated"u8), "containerID");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void Keep(Utf8JsonWriter json, JsonElement from, string list, Action<Utf8JsonWriter, JsonElement> members)
    {
        json.WriteStartArray(list);
        foreach (var entry in from.Get(list) is { ValueKind: JsonValueKind.Array } entries ? entries.EnumerateArray() : default)
        {
            if (!withNames && entry.Text("name"u8) != Vocabulary.ContainerName) continue;
            json.WriteStartObject();
            Copy(json, entry, "name");
            members(json, entry);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Copy(Utf8JsonWriter json, JsonElement from, string name)
    {
        if (from.Get(name) is not { ValueKind: not JsonValueKind.Undefined } value) return;
        json.WritePropertyName(name);
        value.WriteTo(json);
    }
}
