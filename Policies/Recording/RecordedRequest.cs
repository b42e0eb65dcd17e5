using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;

namespace Coral.Policies.Recording;

/// <summary>
/// What an audit document keeps so that a decision can be replayed: the pod without its secrets, and the facts that decided. Left out of the pod are
/// the values of environment variables (their names stay), <c>managedFields</c>, and the annotation in which kubectl keeps a second copy of all.
/// </summary>
public static class RecordedRequest
{
    private const string Redacted = "[redacted]";

    /// <summary>Writes one JSON object.</summary>
    public static void Write(IBufferWriter<byte> buffer, PodRequest request, ClusterFacts facts, Decision decision)
    {
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WritePropertyName("pod"u8);
        Pod(json, request.Pod);
        json.WriteStartObject("facts"u8);
        if (facts.Namespaces.TryGetValue(request.Namespace, out var scope)) Namespace(json, scope);
        if (decision.Floor is { } floor) Floor(json, floor);
        if (facts.ServerVersion is { } version) json.WriteString("serverVersion"u8, version.ToString());
        json.WriteString("assumedLevel"u8, facts.AssumedLevel.ToText());
        if ((facts.PodSecurity ?? facts.Probed) is { } defaults) json.WriteString("defaultLevel"u8, defaults.Enforce.ToString());
        if (decision.Level is { Exemption: not PodSecurityExemption.None and var exemption }) json.WriteString("exemption"u8, exemption.ToCode());
        if (decision.Policy is not null) json.WriteString("policy"u8, decision.Policy);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Pod(Utf8JsonWriter json, JsonElement pod)
    {
        if (pod.ValueKind != JsonValueKind.Object)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        foreach (var member in pod.EnumerateObject())
        {
            if (member.NameEquals("metadata"u8) && member.Value.ValueKind == JsonValueKind.Object) Metadata(json, member.Value);
            else if (member.NameEquals("spec"u8) && member.Value.ValueKind == JsonValueKind.Object) Spec(json, member.Value);
            else if (!member.NameEquals("status"u8)) Copy(json, member);
        }

        json.WriteEndObject();
    }

    private static void Metadata(Utf8JsonWriter json, JsonElement metadata)
    {
        json.WriteStartObject("metadata"u8);
        foreach (var member in metadata.EnumerateObject())
        {
            if (member.NameEquals("managedFields"u8)) continue;
            if (member.NameEquals("annotations"u8) && member.Value.ValueKind == JsonValueKind.Object)
            {
                json.WriteStartObject("annotations"u8);
                foreach (var annotation in member.Value.EnumerateObject())
                {
                    if (!annotation.NameEquals("kubectl.kubernetes.io/last-applied-configuration"u8)) Copy(json, annotation);
                }

                json.WriteEndObject();
            }
            else
            {
                Copy(json, member);
            }
        }

        json.WriteEndObject();
    }

    private static void Spec(Utf8JsonWriter json, JsonElement spec)
    {
        json.WriteStartObject("spec"u8);
        foreach (var member in spec.EnumerateObject())
        {
            var containers = member.NameEquals("containers"u8) || member.NameEquals("initContainers"u8) || member.NameEquals("ephemeralContainers"u8);
            if (!containers || member.Value.ValueKind != JsonValueKind.Array)
            {
                Copy(json, member);
                continue;
            }

            json.WriteStartArray(member.Name);
            foreach (var container in member.Value.EnumerateArray()) Container(json, container);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Container(Utf8JsonWriter json, JsonElement container)
    {
        if (container.ValueKind != JsonValueKind.Object)
        {
            container.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        foreach (var member in container.EnumerateObject())
        {
            if (member.NameEquals("env"u8) && member.Value.ValueKind == JsonValueKind.Array)
            {
                json.WriteStartArray("env"u8);
                foreach (var entry in member.Value.EnumerateArray()) Variable(json, entry);
                json.WriteEndArray();
            }
            else
            {
                Copy(json, member);
            }
        }

        json.WriteEndObject();
    }

    private static void Variable(Utf8JsonWriter json, JsonElement entry)
    {
        json.WriteStartObject();
        if (entry.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in entry.EnumerateObject())
            {
                if (member.NameEquals("value"u8)) json.WriteString("value"u8, Redacted);
                else Copy(json, member);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>As it stands in the request, byte for byte: nothing is decoded and encoded again.</summary>
    private static void Copy(Utf8JsonWriter json, JsonProperty member)
    {
        json.WritePropertyName(member.Name);
        json.WriteRawValue(JsonMarshal.GetRawUtf8Value(member.Value), skipInputValidation: true);
    }

    private static void Namespace(Utf8JsonWriter json, NamespaceFacts scope)
    {
        json.WriteStartObject("namespace"u8);
        json.WriteString("name"u8, scope.Name);
        Texts(json, "labels"u8, scope.Labels);
        Texts(json, "annotations"u8, scope.Annotations);
        json.WriteEndObject();
    }

    /// <summary>Only what decides: other annotations of a namespace are none of ours and may be anything.</summary>
    private static void Texts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyDictionary<string, string> texts)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in texts)
        {
            if (key.StartsWith("coral.io/", StringComparison.Ordinal) || key.StartsWith(Vocabulary.PodSecurityPrefix, StringComparison.Ordinal)) json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void Floor(Utf8JsonWriter json, Floor floor)
    {
        json.WriteStartObject("floor"u8);
        json.WriteString("reason"u8, floor.Reason);
        json.WriteBoolean("minimal"u8, floor.ProvesMinimal);
        json.WriteBoolean("full"u8, floor.ProvesFull);
        json.WriteBoolean("something"u8, floor.ProvesSomething);
        json.WriteBoolean("memlockMayBeNeeded"u8, floor.MemlockMayBeNeeded);
        json.WriteNumber("feasible"u8, floor.FeasibleCount);
        if (floor.OldestKubelet is { } kubelet) json.WriteString("oldestKubelet"u8, kubelet.ToString());
        json.WriteEndObject();
    }
}
