using System.Collections.Immutable;
using System.Text.Json;
using Coral.Audit.Spool;

namespace Coral.Audit.Events;

/// <summary>Writes the parts that every audit document has.</summary>
internal static class EnvelopeWriter
{
    /// <summary>The last ECS version whose fields all supported search servers take (`research/audit-pipeline.md` §2).</summary>
    public static ReadOnlySpan<byte> EcsVersion => "8.11.0"u8;

    public static void Head(Utf8JsonWriter json, AuditEvent e, ReadOnlySpan<char> message)
    {
        json.WriteString(Fields.Timestamp, e.Timestamp.UtcDateTime);
        json.WriteString(Fields.Message, message);
        json.WriteStartObject(Fields.Ecs);
        json.WriteString(Fields.Version, EcsVersion);
        json.WriteEndObject();
        json.WriteStartObject(Fields.DataStream);
        json.WriteString(Fields.Type, e.Stream.Type);
        json.WriteString(Fields.Dataset, e.Stream.Dataset);
        json.WriteString(Fields.Namespace, AuditStream.Namespace);
        json.WriteEndObject();
    }

    /// <summary>The start of the <c>event</c> object.</summary>
    public static void Identity(Utf8JsonWriter json, AuditEvent e, in EventStamp stamp)
    {
        Span<byte> id = stackalloc byte[DocumentId.TextBytes];
        stamp.Id.WriteText(id);
        json.WriteString(Fields.Id, id);
        json.WriteNumber(Fields.Sequence, stamp.Id.Sequence);
        json.WriteString(Fields.Module, "coral"u8);
        json.WriteString(Fields.Dataset, e.Stream.Dataset);
        json.WriteString(Fields.Provider, e.Origin.Service);
    }

    public static void Orchestrator(Utf8JsonWriter json, AuditOrigin origin, string? @namespace, string? type, string? name, string? parentType)
    {
        json.WriteStartObject(Fields.Orchestrator);
        json.WriteString(Fields.Type, "kubernetes"u8);
        if (origin.ClusterName is not null || origin.ClusterId is not null)
        {
            json.WriteStartObject(Fields.Cluster);
            Optional(json, Fields.Name, origin.ClusterName);
            Optional(json, Fields.Id, origin.ClusterId);
            json.WriteEndObject();
        }

        Optional(json, Fields.Namespace, @namespace);
        if (type is not null)
        {
            json.WriteStartObject(Fields.Resource);
            json.WriteString(Fields.Type, type);
            Optional(json, Fields.Name, name);
            if (parentType is not null)
            {
                json.WriteStartObject(Fields.Parent);
                json.WriteString(Fields.Type, parentType);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    public static void Service(Utf8JsonWriter json, AuditOrigin origin)
    {
        json.WriteStartObject(Fields.Service);
        json.WriteString(Fields.Name, origin.Service);
        Optional(json, Fields.Version, origin.Version);
        if (origin.Node is not null)
        {
            json.WriteStartObject(Fields.Node);
            json.WriteString(Fields.Name, origin.Node);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>The start of the <c>coral</c> object: who numbered the document.</summary>
    public static void Provenance(Utf8JsonWriter json, in EventStamp stamp)
    {
        json.WriteNumber(Fields.Schema, AuditStream.Schema);
        json.WriteString(Fields.Writer, stamp.WriterHex);
        json.WriteNumber(Fields.Epoch, stamp.Id.Epoch);
    }

    public static void Optional(Utf8JsonWriter json, JsonEncodedText name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    public static void Single(Utf8JsonWriter json, JsonEncodedText name, ReadOnlySpan<byte> value)
    {
        json.WriteStartArray(name);
        json.WriteStringValue(value);
        json.WriteEndArray();
    }

    public static void Array(Utf8JsonWriter json, JsonEncodedText name, ImmutableArray<string> values)
    {
        if (values.IsDefaultOrEmpty) return;
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
