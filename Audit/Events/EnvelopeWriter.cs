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
        json.WriteString(Fields.Namespace, e.Stream.Space);
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
        json.WriteString(Fields.Provider, e.Collector ?? e.Origin.Service);
    }

    /// <summary>The whole <c>event</c> object of an event that says nothing more in it.</summary>
    public static void Event(Utf8JsonWriter json, AuditEvent e, in EventStamp stamp, in EventClass c)
    {
        json.WriteStartObject(Fields.Event);
        Identity(json, e, stamp);
        json.WriteString(Fields.Kind, c.Kind);
        Few(json, Fields.Category, c.Category, c.SecondCategory);
        Few(json, Fields.Type, c.Type, c.SecondType);
        json.WriteString(Fields.Action, c.Action);
        json.WriteString(Fields.Outcome, c.Outcome switch
        {
            EventOutcome.Success => "success"u8,
            EventOutcome.Failure => "failure"u8,
            _ => "unknown"u8,
        });
        if (!c.Reason.IsEmpty) json.WriteString(Fields.Reason, c.Reason);
        Optional(json, Fields.Duration, c.Duration);
        Optional(json, Fields.Severity, c.Severity);
        json.WriteEndObject();
    }

    public static void Orchestrator(Utf8JsonWriter json, AuditOrigin origin, string? @namespace, string? type, string? name, string? parentType, string? id = null, ImmutableArray<KeyValuePair<string, string>> labels = default)
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
            Optional(json, Fields.Id, id);
            Labels(json, labels);
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

    /// <summary>Labels as words: the form that every server can search.</summary>
    private static void Labels(Utf8JsonWriter json, ImmutableArray<KeyValuePair<string, string>> labels)
    {
        if (labels.IsDefaultOrEmpty) return;
        Span<char> room = stackalloc char[Sentence.MaxChars];
        json.WriteStartArray(Fields.Label);
        foreach (var (name, value) in labels.AsSpan())
        {
            var text = new Sentence(room);
            text.Put(name);
            text.Put(":");
            text.Put(value);
            json.WriteStringValue(text.Text);
        }

        json.WriteEndArray();
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

    /// <summary>Begins the last two objects: who wrote it as what, behind <c>service</c>. What follows stands in <c>coral</c>.</summary>
    public static void Begin(Utf8JsonWriter json, AuditEvent e, in EventStamp stamp)
    {
        Service(json, e.Origin);
        json.WriteStartObject(Fields.Coral);
        Provenance(json, stamp);
    }

    /// <summary>Ends <c>coral</c> and the document: the link of the chain takes their place.</summary>
    public static void End(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The end of a document that says nothing more in <c>coral</c>.</summary>
    public static void End(Utf8JsonWriter json, AuditEvent e, in EventStamp stamp)
    {
        Begin(json, e, stamp);
        End(json);
    }

    public static void Optional(Utf8JsonWriter json, JsonEncodedText name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    public static void Optional(Utf8JsonWriter json, JsonEncodedText name, long? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
    }

    /// <summary>What is no number, such as a part of nothing, is left out: JSON has no word for it.</summary>
    public static void Optional(Utf8JsonWriter json, JsonEncodedText name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) json.WriteNumber(name, number);
    }

    public static void Optional(Utf8JsonWriter json, JsonEncodedText name, DateTimeOffset? value)
    {
        if (value is { } time) json.WriteString(name, time.UtcDateTime);
    }

    public static void Single(Utf8JsonWriter json, JsonEncodedText name, ReadOnlySpan<byte> value)
    {
        json.WriteStartArray(name);
        json.WriteStringValue(value);
        json.WriteEndArray();
    }

    public static void Few(Utf8JsonWriter json, JsonEncodedText name, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        json.WriteStartArray(name);
        json.WriteStringValue(first);
        if (!second.IsEmpty) json.WriteStringValue(second);
        json.WriteEndArray();
    }

    /// <summary>An object with one member, or nothing.</summary>
    public static void Nested(Utf8JsonWriter json, JsonEncodedText name, JsonEncodedText member, string? value)
    {
        if (value is null) return;
        json.WriteStartObject(name);
        json.WriteString(member, value);
        json.WriteEndObject();
    }

    public static void Array(Utf8JsonWriter json, JsonEncodedText name, ImmutableArray<string> values)
    {
        if (values.IsDefaultOrEmpty) return;
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
