using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Coral.Audit.Shipping;

/// <summary>Documents for a server that won't take the whole one.</summary>
internal static class LesserDocument
{
    /// <summary>As deep as the servers read. A recorded pod may be deeper than the default.</summary>
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1000 };

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Without <c>coral.request</c>, which is only there for replaying; null when there is none.</summary>
    public static byte[]? Slim(ReadOnlyMemory<byte> document)
    {
        try
        {
            using var json = JsonDocument.Parse(document, Deep);
            if (!json.RootElement.TryGetProperty("coral", out var coral) || !coral.TryGetProperty("request", out _)) return null;
            return Write(writer =>
            {
                foreach (var property in json.RootElement.EnumerateObject().Where(property => property.Name != "coral")) property.WriteTo(writer);
                writer.WriteStartObject("coral");
                foreach (var property in coral.EnumerateObject().Where(property => property.Name != "request")) property.WriteTo(writer);
                writer.WriteStartArray("omitted");
                writer.WriteStringValue("request");
                writer.WriteEndArray();
                writer.WriteEndObject();
            });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What can't be refused for its detail (`research/audit-pipeline.md` §2.4): the base fields, the original as a string, and why. Null when the document is no JSON.</summary>
    public static byte[]? Fallback(ReadOnlyMemory<byte> document, string errorType, string errorReason)
    {
        try
        {
            using var json = JsonDocument.Parse(document, Deep);
            return Write(writer =>
            {
                Copy(writer, json.RootElement, "@timestamp", "message", "ecs", "data_stream", "orchestrator", "service");
                WriteKubernetes(writer, json.RootElement);
                WriteEvent(writer, json.RootElement, document.Span);
                if (json.RootElement.TryGetProperty("coral", out var coral))
                {
                    writer.WriteStartObject("coral");
                    Copy(writer, coral, "schema", "writer", "epoch", "decision");
                    writer.WriteEndObject();
                }

                writer.WriteStartObject("error");
                writer.WriteString("type", errorType);
                writer.WriteString("message", errorReason);
                writer.WriteEndObject();
                writer.WriteStartArray("tags");
                writer.WriteStringValue("coral-mapping-fallback");
                writer.WriteEndArray();
            });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void WriteEvent(Utf8JsonWriter writer, JsonElement document, ReadOnlySpan<byte> original)
    {
        writer.WriteStartObject("event");
        if (document.TryGetProperty("event", out var e))
            foreach (var property in e.EnumerateObject().Where(property => property.Name is not ("kind" or "original")))
                property.WriteTo(writer);
        writer.WriteString("kind", "pipeline_error");
        writer.WriteString("original", original);
        writer.WriteEndObject();
    }

    /// <summary>Without the labels: they are anybody's words, and a server may refuse one for its length.</summary>
    private static void WriteKubernetes(Utf8JsonWriter writer, JsonElement document)
    {
        if (!document.TryGetProperty("kubernetes", out var kubernetes)) return;
        writer.WriteStartObject("kubernetes");
        Copy(writer, kubernetes, "namespace", "pod", "node", "container");
        writer.WriteEndObject();
    }

    private static void Copy(Utf8JsonWriter writer, JsonElement from, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!from.TryGetProperty(name, out var value)) continue;
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }
    }

    private static byte[] Write(Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        body(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
