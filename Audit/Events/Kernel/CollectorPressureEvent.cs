using System.Text.Json;

namespace Coral.Audit.Events.Kernel;

/// <summary>The agent can't keep up with a collector, or can again (<c>metrics-coral.node</c>).</summary>
public sealed record CollectorPressureEvent : KernelEvent
{
    /// <summary>The collector.</summary>
    public required string Name { get; init; }

    /// <summary>What is done about it: <c>none</c>, <c>wake-ups</c>, <c>exemplars</c>, <c>sampling</c> or <c>paused</c>.</summary>
    public required string Step { get; init; }

    /// <summary>Of so many records one is sent; 0 for none.</summary>
    public required long OneOf { get; init; }

    /// <summary>How full the ring was, in percent.</summary>
    public required long FullPercent { get; init; }

    /// <inheritdoc/>
    public override AuditStream Stream => AuditStream.NodeMetrics;

    /// <inheritdoc/>
    internal override string? Collector => Name;

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        text.Put("The ring of ");
        text.Put(Name);
        text.Put(" is full to ");
        text.Put(FullPercent);
        text.Put(" %: ");
        text.Put(Step);
        text.Put(".");
        MetricWriter.Begin(
            json,
            this,
            stamp,
            text.Text,
            "collector"u8,
            new EventClass { Kind = "metric"u8, Category = "host"u8, Type = "change"u8, Action = "collector-pressure"u8, Outcome = EventOutcome.Success },
            Workload);
        json.WriteStartObject(Fields.Collector);
        json.WriteString(Fields.Pressure, Step);
        json.WriteNumber(Fields.OneOf, OneOf);
        json.WriteNumber(Fields.Full, FullPercent);
        json.WriteEndObject();
        EnvelopeWriter.End(json);
    }
}
