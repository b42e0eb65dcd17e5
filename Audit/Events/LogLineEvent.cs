using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Coral.Audit.Events.Redaction;

namespace Coral.Audit.Events;

/// <summary>An exception as a log line tells it.</summary>
/// <param name="Type">Its type's full name.</param>
/// <param name="Message">What it says.</param>
/// <param name="StackTrace">All of it with where it came from.</param>
public sealed record LoggedError(string Type, string Message, string? StackTrace);

/// <summary>A line of a program's own log (<c>logs-coral.app</c>). Secrets are taken out of every text when the document is made.</summary>
public sealed record LogLineEvent : AuditEvent
{
    /// <summary>The longest message or stack trace, in characters; the rest is cut off.</summary>
    internal const int MaxChars = 32 * 1024;

    /// <summary>The longest value of a label: as long as a keyword of ours may be.</summary>
    internal const int MaxLabelChars = 1024;

    /// <summary>How bad it is: <c>trace</c>, <c>debug</c>, <c>info</c>, <c>warn</c>, <c>error</c> or <c>fatal</c>.</summary>
    public required string Level { get; init; }

    /// <summary>The message with its values.</summary>
    public required string Message { get; init; }

    /// <summary>The message with the names of its values, or null.</summary>
    public string? Template { get; init; }

    /// <summary>The part of the program that logged it, or null.</summary>
    public string? Logger { get; init; }

    /// <summary>The name or number that the program gives this kind of line, or null.</summary>
    public string? Code { get; init; }

    /// <summary>The exception, or null.</summary>
    public LoggedError? Error { get; init; }

    /// <summary>The trace that it belongs to, or null.</summary>
    public string? TraceId { get; init; }

    /// <summary>The step of that trace, or null.</summary>
    public string? SpanId { get; init; }

    /// <summary>Its properties as text; a name stands once.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Labels { get; init; }

    /// <inheritdoc/>
    public override AuditStream Stream => To;

    /// <summary>The stream, where it is not that of the default namespace.</summary>
    internal AuditStream To { get; init; } = AuditStream.App;

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        var room = ArrayPool<char>.Shared.Rent(MaxChars);
        try
        {
            Write(json, stamp, room.AsSpan(0, MaxChars));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(room, clearArray: true);
        }
    }

    private void Write(Utf8JsonWriter json, in EventStamp stamp, Span<char> room)
    {
        json.WriteStartObject();
        EnvelopeWriter.Head(json, this, SecretText.Clean(Message, room));
        json.WriteStartObject(Fields.Event);
        EnvelopeWriter.Identity(json, this, stamp);
        json.WriteString(Fields.Kind, "event"u8);
        EnvelopeWriter.Single(json, Fields.Category, "process"u8);
        EnvelopeWriter.Single(json, Fields.Type, "info"u8);
        json.WriteString(Fields.Action, "log"u8);
        json.WriteString(Fields.Outcome, "unknown"u8);
        EnvelopeWriter.Optional(json, Fields.Code, Code);
        json.WriteEndObject();
        json.WriteStartObject(Fields.Log);
        json.WriteString(Fields.Level, Level);
        EnvelopeWriter.Optional(json, Fields.Logger, Logger);
        json.WriteEndObject();
        if (Error is not null) Write(json, Error, room);
        EnvelopeWriter.Nested(json, Fields.Trace, Fields.Id, TraceId);
        EnvelopeWriter.Nested(json, Fields.Span, Fields.Id, SpanId);
        if (!Labels.IsDefaultOrEmpty) WriteLabels(json, room);
        EnvelopeWriter.Orchestrator(json, Origin, null, null, null, null);
        EnvelopeWriter.Begin(json, this, stamp);
        EnvelopeWriter.Nested(json, Fields.Log, Fields.Template, Template);
        EnvelopeWriter.End(json);
    }

    private static void Write(Utf8JsonWriter json, LoggedError error, Span<char> room)
    {
        json.WriteStartObject(Fields.Error);
        json.WriteString(Fields.Type, error.Type);
        json.WriteString(Fields.Message, SecretText.Clean(error.Message, room));
        if (error.StackTrace is { } trace) json.WriteString(Fields.StackTrace, SecretText.Clean(trace, room));
        json.WriteEndObject();
    }

    private void WriteLabels(Utf8JsonWriter json, Span<char> room)
    {
        json.WriteStartObject(Fields.Labels);
        foreach (var (name, value) in Labels.AsSpan())
            json.WriteString(name, SecretNames.IsSecret(name) ? SecretText.Marker : SecretText.Clean(value, room[..MaxLabelChars]));
        json.WriteEndObject();
    }
}
