using System.Text.Json;

namespace Coral.Audit.Events;

/// <summary>Says that the spool had to let go of documents: those numbered <see cref="From"/> to <see cref="To"/>. Written by the spool itself when it works as a ring.</summary>
internal sealed record GapEvent : AuditEvent
{
    public required ulong From { get; init; }

    public required ulong To { get; init; }

    /// <summary><c>max-bytes</c>, <c>max-age</c>, <c>disk-full</c> or <c>disk-quota</c>.</summary>
    public required string Reason { get; init; }

    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        text.Put("The audit spool let go of documents ");
        text.Put((long)From);
        text.Put(" to ");
        text.Put((long)To);
        text.Put(": ");
        text.Put(Reason);
        text.Put(".");
        json.WriteStartObject();
        EnvelopeWriter.Head(json, this, text.Text);
        EnvelopeWriter.Event(json, this, stamp, new EventClass
        {
            Category = "configuration"u8,
            Type = "deletion"u8,
            Action = "spool-expired"u8,
            Outcome = EventOutcome.Success,
            Reason = Reason,
        });
        EnvelopeWriter.Orchestrator(json, Origin, null, null, null, null);
        EnvelopeWriter.Begin(json, this, stamp);
        json.WriteStartObject(Fields.Gap);
        json.WriteNumber(Fields.From, From);
        json.WriteNumber(Fields.To, To);
        json.WriteNumber(Fields.Count, To - From + 1);
        json.WriteEndObject();
        EnvelopeWriter.End(json);
    }
}
