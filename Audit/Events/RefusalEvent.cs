using System.Text.Json;

namespace Coral.Audit.Events;

/// <summary>Says that the spool refused documents: so many, from <see cref="AuditEvent.Timestamp"/> on. What was in them is not in the audit. Written by the spool itself when it has room again.</summary>
internal sealed record RefusalEvent : AuditEvent
{
    public required long Count { get; init; }

    /// <summary>From the first to the last of them, in nanoseconds.</summary>
    public required long Duration { get; init; }

    /// <summary>Why the last one was refused, a word of <see cref="Spool.SpoolErrors.ReasonOf"/>.</summary>
    public required string Reason { get; init; }

    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        text.Put("The audit spool refused ");
        text.Put(Count);
        text.Put(Count == 1 ? " document: " : " documents: ");
        text.Put(Reason);
        text.Put(".");
        json.WriteStartObject();
        EnvelopeWriter.Head(json, this, text.Text);
        EnvelopeWriter.Event(json, this, stamp, new EventClass
        {
            Category = "configuration"u8,
            Type = "info"u8,
            Action = "spool-refused"u8,
            Outcome = EventOutcome.Failure,
            Reason = Reason,
            Duration = Duration,
        });
        EnvelopeWriter.Orchestrator(json, Origin, null, null, null, null);
        EnvelopeWriter.Begin(json, this, stamp);
        json.WriteStartObject(Fields.Gap);
        json.WriteNumber(Fields.Count, Count);
        json.WriteEndObject();
        EnvelopeWriter.End(json);
    }
}
