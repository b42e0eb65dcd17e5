using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Variants;

namespace Coral.Policies.Recording;

/// <summary>
/// A pod without what may be secret and never decides: values of environment variables and of HTTP headers (their names stay), commands and arguments of
/// containers that are not called as ours, <c>managedFields</c>, <c>status</c>, and the annotation in which kubectl keeps a second copy of all.
/// </summary>
internal static class RecordedPod
{
    private const string Redacted = "[redacted]";

    /// <summary>Deeper than any review that is read.</summary>
    private const int MostDepth = 256;

    /// <summary>Writes the pod. Returns what an annotation that was left out counts for the limit of all annotations, 0 for none.</summary>
    internal static int Write(Utf8JsonWriter json, JsonElement pod)
    {
        if (pod.ValueKind != JsonValueKind.Object)
        {
            json.WriteNullValue();
            return 0;
        }

        var left = 0;
        json.WriteStartObject();
        foreach (var member in pod.EnumerateObject())
        {
            if (member.NameEquals("metadata"u8) && member.Value.ValueKind == JsonValueKind.Object) left = Metadata(json, member.Value);
            else if (member.NameEquals("spec"u8) && member.Value.ValueKind == JsonValueKind.Object) Spec(json, member.Value);
            else if (!member.NameEquals("status"u8)) Copy(json, member);
        }

        json.WriteEndObject();
        return left;
    }

    /// <summary>The pod with one more annotation, of so many characters that need no escape.</summary>
    internal static JsonElement WithAnnotation(JsonElement pod, string name, int length)
    {
        var copy = JsonObject.Create(pod) ?? throw new MalformedRecordException("pod");
        if (copy["metadata"]?["annotations"] is not JsonObject annotations) throw new MalformedRecordException("pod.metadata.annotations");
        annotations[name] = JsonValue.Create(new string(' ', length));
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = MostDepth })) copy.WriteTo(json);
        return JsonElement.Parse(buffer.WrittenSpan, new JsonDocumentOptions { MaxDepth = MostDepth });
    }

    private static int Metadata(Utf8JsonWriter json, JsonElement metadata)
    {
        var left = 0;
        json.WriteStartObject("metadata"u8);
        foreach (var member in metadata.EnumerateObject())
        {
            if (member.NameEquals("managedFields"u8)) continue;
            if (member.NameEquals("annotations"u8) && member.Value.ValueKind == JsonValueKind.Object)
            {
                json.WriteStartObject("annotations"u8);
                foreach (var annotation in member.Value.EnumerateObject())
                {
                    if (annotation.NameEquals("kubectl.kubernetes.io/last-applied-configuration"u8)) left = annotation.Name.Length + annotation.Value.GetRawText().Length;
                    else Copy(json, annotation);
                }

                json.WriteEndObject();
            }
            else
            {
                Copy(json, member);
            }
        }

        json.WriteEndObject();
        return left;
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

            Name(json, member);
            json.WriteStartArray();
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

        var other = container.Text("name"u8) != Vocabulary.ContainerName;
        json.WriteStartObject();
        foreach (var member in container.EnumerateObject())
        {
            if (other && IsCommand(member)) WriteRedacted(json, member);
            else if (member.NameEquals("env"u8) && member.Value.ValueKind == JsonValueKind.Array)
            {
                json.WriteStartArray("env"u8);
                foreach (var entry in member.Value.EnumerateArray()) Variable(json, entry);
                json.WriteEndArray();
            }
            else if (member.Value.ValueKind == JsonValueKind.Object && MayHoldSecrets(member.Value))
            {
                Name(json, member);
                WithoutSecrets(json, member.Value);
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
        var keeps = SaysVariant(entry);
        json.WriteStartObject();
        if (entry.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in entry.EnumerateObject())
            {
                if (member.NameEquals("value"u8) && !keeps) json.WriteString("value"u8, Redacted);
                else Copy(json, member);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>The one value that is compared (<see cref="Injection.IntactSidecar"/>), and no secret: it is kept only if it is a variant's name.</summary>
    private static bool SaysVariant(JsonElement entry) =>
        entry.Text("name"u8) == "CORAL_VARIANT" && entry.Text("value"u8) is { } value && VariantCatalogue.Shipped.Find(value) is not null;

    private static bool IsCommand(JsonProperty member) => (member.NameEquals("command"u8) || member.NameEquals("args"u8)) && member.Value.ValueKind == JsonValueKind.Array;

    private static void WriteRedacted(Utf8JsonWriter json, JsonProperty member)
    {
        Name(json, member);
        json.WriteStartArray();
        json.WriteStringValue(Redacted);
        json.WriteEndArray();
    }

    private static bool MayHoldSecrets(JsonElement value)
    {
        var text = JsonMarshal.GetRawUtf8Value(value);
        return text.IndexOf("httpHeaders"u8) >= 0 || text.IndexOf("command"u8) >= 0;
    }

    /// <summary>Probes and life cycle hooks send headers, such as Authorization, and run commands.</summary>
    private static void WithoutSecrets(Utf8JsonWriter json, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            value.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        foreach (var member in value.EnumerateObject())
        {
            if (IsCommand(member))
            {
                WriteRedacted(json, member);
                continue;
            }

            Name(json, member);
            if (member.NameEquals("httpHeaders"u8) && member.Value.ValueKind == JsonValueKind.Array)
            {
                json.WriteStartArray();
                foreach (var header in member.Value.EnumerateArray()) Variable(json, header);
                json.WriteEndArray();
            }
            else
            {
                WithoutSecrets(json, member.Value);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>As it stands in the request, byte for byte: nothing is decoded and encoded again.</summary>
    private static void Copy(Utf8JsonWriter json, JsonProperty member)
    {
        Name(json, member);
        json.WriteRawValue(JsonMarshal.GetRawUtf8Value(member.Value), skipInputValidation: true);
    }

    private static void Name(Utf8JsonWriter json, JsonProperty member)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(member);
        if (raw.Contains((byte)'\\')) json.WritePropertyName(member.Name);
        else json.WritePropertyName(raw);
    }
}
