using System.Text.Json;

namespace Coral.Audit.Events.Kernel;

/// <summary>TCP of a control group during a while (<c>metrics-coral.node</c>). Bytes are those of the programs; what was sent again counts apart.</summary>
public sealed record TcpSumsEvent : KernelEvent
{
    /// <summary>The while that was measured, in nanoseconds.</summary>
    public required long WindowNanoseconds { get; init; }

    /// <summary>Connections that were asked for and came to stand.</summary>
    public required long Opened { get; init; }

    /// <summary>Connections that were accepted.</summary>
    public required long Accepted { get; init; }

    /// <summary>Connections that were asked for and never stood.</summary>
    public required long Failed { get; init; }

    /// <summary>Connections that ended.</summary>
    public required long Closed { get; init; }

    /// <summary>Resets that came from the other side.</summary>
    public long Resets { get; init; }

    /// <summary>Bytes sent.</summary>
    public long Sent { get; init; }

    /// <summary>Bytes received.</summary>
    public long Received { get; init; }

    /// <summary>Bytes sent again.</summary>
    public long Resent { get; init; }

    /// <summary>Segments sent.</summary>
    public long SegmentsOut { get; init; }

    /// <summary>Segments received.</summary>
    public long SegmentsIn { get; init; }

    /// <summary>Segments sent again.</summary>
    public long Retransmits { get; init; }

    /// <summary>Of half of the connections that ended the smoothed round trip was no longer, in microseconds: a power of two.</summary>
    public long? MedianMicroseconds { get; init; }

    /// <summary>Of 99 in 100.</summary>
    public long? HighMicroseconds { get; init; }

    /// <inheritdoc/>
    public override AuditStream Stream => AuditStream.NodeMetrics;

    /// <inheritdoc/>
    internal override string? Collector => "tcp_metrics";

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        text.Put("TCP sent ");
        text.Put(Sent);
        text.Put(" and received ");
        text.Put(Received);
        text.Put(" bytes.");
        MetricWriter.Begin(
            json,
            this,
            stamp,
            text.Text,
            "tcp"u8,
            new EventClass { Kind = "metric"u8, Category = "network"u8, Type = "info"u8, Action = "tcp-sums"u8, Outcome = EventOutcome.Success, Duration = WindowNanoseconds },
            Workload);
        json.WriteStartObject(Fields.Tcp);
        json.WriteNumber(Fields.Opened, Opened);
        json.WriteNumber(Fields.Accepted, Accepted);
        json.WriteNumber(Fields.Failed, Failed);
        json.WriteNumber(Fields.Closed, Closed);
        json.WriteNumber(Fields.Resets, Resets);
        json.WriteNumber(Fields.SentBytes, Sent);
        json.WriteNumber(Fields.ReceivedBytes, Received);
        json.WriteNumber(Fields.ResentBytes, Resent);
        json.WriteNumber(Fields.SegmentsOut, SegmentsOut);
        json.WriteNumber(Fields.SegmentsIn, SegmentsIn);
        json.WriteNumber(Fields.Retransmits, Retransmits);
        EnvelopeWriter.Optional(json, Fields.Median, MedianMicroseconds);
        EnvelopeWriter.Optional(json, Fields.High, HighMicroseconds);
        json.WriteEndObject();
        EnvelopeWriter.End(json);
    }
}
