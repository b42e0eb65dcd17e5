using System.Buffers;
using System.Text.Json;
using Coral.Policies;

namespace Coral.NodeAgent.Following;

/// <summary>Makes pods small before they are kept: of a pod with our sidecar what <see cref="InjectedPod"/> reads, of another nothing. A node has hundreds of pods, the agent few megabytes.</summary>
internal static class PodTrim
{
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    internal static JsonElement Trim(JsonElement pod)
    {
        if (InjectedPod.Read(pod) is null) return Nothing;
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            var metadata = pod.Get("metadata"u8);
            json.WriteStartObject("metadata"u8);
            foreach (var name in new[] { "uid", "namespace", "name" }) Copy(json, metadata, name);
            json.WriteStartObject("annotations"u8);
            Copy(json, metadata.Get("annotations"u8), Vocabulary.Status);
            json.WriteEndObject();
            json.WriteEndObject();
            Keep(json, pod, "spec", "containers", "initContainers", "name", "image", "securityContext");
            Keep(json, pod, "status", "containerStatuses", "initContainerStatuses", "name", "containerID", "phase");
            json.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.WrittenMemory).RootElement;
    }

    private static void Keep(Utf8JsonWriter json, JsonElement pod, string part, string first, string second, params ReadOnlySpan<string> members)
    {
        var from = pod.Get(part);
        json.WriteStartObject(part);
        Copy(json, from, "phase");
        foreach (var list in new[] { first, second })
        {
            json.WriteStartArray(list);
            foreach (var entry in from.Get(list) is { ValueKind: JsonValueKind.Array } entries ? entries.EnumerateArray() : default)
            {
                if (entry.Text("name"u8) != Vocabulary.ContainerName) continue;
                json.WriteStartObject();
                foreach (var member in members) Copy(json, entry, member);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Copy(Utf8JsonWriter json, JsonElement from, string name)
    {
        if (from.Get(name) is not { ValueKind: not JsonValueKind.Undefined } value) return;
        json.WritePropertyName(name);
        value.WriteTo(json);
    }
}
