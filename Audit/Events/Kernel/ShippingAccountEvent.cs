using System.Text.Json;

namespace Coral.Audit.Events.Kernel;

/// <summary>
/// What became during a while of what collectors handed to the spool (<c>metrics-coral.node</c>): <see cref="Taken"/> is the sum of <see cref="Written"/>, <see cref="Dropped"/>, <see cref="Refused"/> and what still waits.
/// </summary>
public sealed record ShippingAccountEvent : KernelEvent
{
    /// <summary>The while that was measured, in nanoseconds.</summary>
    public required long WindowNanoseconds { get; init; }

    /// <summary>Whether it speaks of records; else of sums and books.</summary>
    public required bool OfRecords { get; init; }

    /// <summary>What collectors handed over.</summary>
    public required long Taken { get; init; }

    /// <summary>What the spool took.</summary>
    public required long Written { get; init; }

    /// <summary>What gave way to newer ones, because the spool was slower.</summary>
    public required long Dropped { get; init; }

    /// <summary>What the spool could not take.</summary>
    public required long Refused { get; init; }

    /// <summary>What waits for the spool now.</summary>
    public required long Waiting { get; init; }

    /// <summary>Of what was taken: of a container whose pod was not known in time.</summary>
    public required long Unnamed { get; init; }

    /// <inheritdoc/>
    public override AuditStream Stream => AuditStream.NodeMetrics;

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        text.Put(OfRecords ? "Of " : "Of sums: of ");
        text.Put(Taken);
        text.Put(" documents of collectors ");
        text.Put(Dropped + Refused);
        text.Put(" were lost on the way to the spool.");
        MetricWriter.Begin(
            json,
            this,
            stamp,
            text.Text,
            "shipping"u8,
            new EventClass { Kind = "metric"u8, Category = "host"u8, Type = "info"u8, Action = "shipping-account"u8, Outcome = EventOutcome.Success, Duration = WindowNanoseconds },
            Workload);
        json.WriteStartObject(Fields.Shipping);
        json.WriteString(Fields.Class, OfRecords ? "records"u8 : "sums"u8);
        json.WriteNumber(Fields.Taken, Taken);
        json.WriteNumber(Fields.Written, Written);
        json.WriteNumber(Fields.Dropped, Dropped);
        json.WriteNumber(Fields.Refused, Refused);
        json.WriteNumber(Fields.Waiting, Waiting);
        json.WriteNumber(Fields.Unnamed, Unnamed);
        json.WriteEndObject();
        EnvelopeWriter.End(json);
    }
}
