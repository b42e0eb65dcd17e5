using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Coral.Policies.Injection;

/// <summary>The value of <c>coral.io/status</c>: one JSON object, for people and tools; nobody decides by it.</summary>
internal static class Status
{
    internal static string Write(string id, Sidecar sidecar, string reason, string? policy, ImmutableArray<string> degraded)
    {
        using var stream = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            json.WriteString("variant"u8, sidecar.Shape.Variant.Name);
            json.WriteString("form"u8, sidecar.Shape.Form == Form.Native ? "native"u8 : "regular"u8);
            json.WriteString("reason"u8, reason);
            json.WriteString("template"u8, sidecar.Template);
            json.WriteString("policy"u8, policy ?? "");
            json.WriteStartArray("degraded"u8);
            foreach (var feature in degraded) json.WriteStringValue(feature);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>The id that an earlier call left, or null; at most 64 characters of it, since anybody may have written it.</summary>
    internal static string? EarlierId(JsonElement pod)
    {
        if (pod.Get("metadata"u8).Get("annotations"u8).Text("coral.io/status"u8) is not { Length: > 0 and < 4096 } text) return null;
        try
        {
            using var status = JsonDocument.Parse(text);
            return status.RootElement.Text("id"u8) is { Length: > 0 and <= 64 } id ? id : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
