using System.Text.Json;

namespace Coral.Audit.Events.Kernel;

/// <summary>
/// What became of everything that a collector saw of a control group during a while (<c>metrics-coral.node</c>): <see cref="Seen"/> is the sum of all others, or something is not accounted for.
/// </summary>
public sealed record CollectorAccountEvent : KernelEvent
{
    /// <summary>The collector.</summary>
    public required string Name { get; init; }

    /// <summary>The while that was measured, in nanoseconds.</summary>
    public required long WindowNanoseconds { get; init; }

    /// <summary>What its hooks saw.</summary>
    public required long Seen { get; init; }

    /// <summary>What was not asked for.</summary>
    public required long Filtered { get; init; }

    /// <summary>What went into sums only.</summary>
    public required long Aggregated { get; init; }

    /// <summary>What was sent as a record.</summary>
    public required long Emitted { get; init; }

    /// <summary>Lost because the ring was full.</summary>
    public required long LostRing { get; init; }

    /// <summary>Lost because a map was full.</summary>
    public required long LostMap { get; init; }

    /// <summary>Lost because the group sent more than its rate.</summary>
    public required long LostRate { get; init; }

    /// <summary>What could not be read.</summary>
    public required long Errors { get; init; }

    /// <summary>Left out because the agent could not keep up, and sent only some.</summary>
    public long Sampled { get; init; }

    /// <inheritdoc/>
    public override AuditStream Stream => AuditStream.NodeMetrics;

    /// <inheritdoc/>
    internal override string? Collector => Name;

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        text.Put(Name);
        text.Put(" saw ");
        text.Put(Seen);
        text.Put(" and lost ");
        text.Put(LostRing + LostMap + LostRate);
        text.Put(".");
        MetricWriter.Begin(
            json,
            this,
            stamp,
            text.Text,
            "collector"u8,
            new EventClass { Kind = "metric"u8, Category = "host"u8, Type = "info"u8, Action = "collector-account"u8, Outcome = EventOutcome.Success, Duration = WindowNanoseconds },
            Workload);
        json.WriteStartObject(Fields.Collector);
        json.WriteNumber(Fields.Seen, Seen);
        json.WriteNumber(Fields.Filtered, Filtered);
        json.WriteNumber(Fields.Aggregated, Aggregated);
        json.WriteNumber(Fields.Emitted, Emitted);
        json.WriteNumber(Fields.LostRing, LostRing);
        json.WriteNumber(Fields.LostMap, LostMap);
        json.WriteNumber(Fields.LostRate, LostRate);
        json.WriteNumber(Fields.Errors, Errors);
        json.WriteNumber(Fields.Sampled, Sampled);
        json.WriteBoolean(Fields.Throttled, LostRate > 0);
        json.WriteEndObject();
        EnvelopeWriter.End(json);
    }
}
