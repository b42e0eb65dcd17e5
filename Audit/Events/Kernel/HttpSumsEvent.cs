using System.Text.Json;

namespace Coral.Audit.Events.Kernel;

/// <summary>Requests of a control group of one side, port, method and status that were over in a while (<c>metrics-coral.node</c>).</summary>
public sealed record HttpSumsEvent : KernelEvent
{
    /// <summary>The while that was measured, in nanoseconds.</summary>
    public required long WindowNanoseconds { get; init; }

    /// <summary><c>server</c> or <c>client</c>: the side of the process.</summary>
    public required string Role { get; init; }

    /// <summary>The server's port.</summary>
    public required int Port { get; init; }

    /// <summary>The method; <c>OTHER</c> for those of extensions, <c>*</c> of HTTP/2 where it is neither GET nor POST.</summary>
    public required string Method { get; init; }

    /// <summary>The status; 0 for requests without an answer, and of HTTP/2 where HPACK's own table has none for it.</summary>
    public required int Status { get; init; }

    /// <summary>How many requests.</summary>
    public required long Requests { get; init; }

    /// <summary>Those of them whose answer did not come, or not to its last byte.</summary>
    public required long Aborted { get; init; }

    /// <summary>Bytes of requests, with their heads.</summary>
    public long RequestBytes { get; init; }

    /// <summary>Bytes of answers, with their heads.</summary>
    public long ResponseBytes { get; init; }

    /// <summary>From the first byte of requests to their status lines, all together, in microseconds.</summary>
    public long FirstMicroseconds { get; init; }

    /// <summary>Of half of them it was no longer, in microseconds: a power of two.</summary>
    public long? MedianFirstMicroseconds { get; init; }

    /// <summary>Of 99 in 100.</summary>
    public long? HighFirstMicroseconds { get; init; }

    /// <summary>From the first byte of requests to the last of their answers, all together, in microseconds.</summary>
    public long Microseconds { get; init; }

    /// <summary>Of half of them it was no longer, in microseconds: a power of two.</summary>
    public long? MedianMicroseconds { get; init; }

    /// <summary>Of 99 in 100.</summary>
    public long? HighMicroseconds { get; init; }

    /// <inheritdoc/>
    public override AuditStream Stream => AuditStream.NodeMetrics;

    /// <inheritdoc/>
    internal override string? Collector => "http_latency";

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        text.Put(Method);
        text.Put(" with status ");
        text.Put(Status);
        text.Put(": ");
        text.Put(Requests);
        text.Put(" requests.");
        MetricWriter.Begin(
            json,
            this,
            stamp,
            text.Text,
            "http"u8,
            new EventClass { Kind = "metric"u8, Category = "web"u8, Type = "info"u8, Action = "http-sums"u8, Outcome = EventOutcome.Success, Duration = WindowNanoseconds },
            Workload);
        json.WriteStartObject(Fields.Http);
        json.WriteString(Fields.Role, Role);
        json.WriteNumber(Fields.Port, Port);
        json.WriteString(Fields.Method, Method);
        json.WriteNumber(Fields.Status, Status);
        json.WriteNumber(Fields.Requests, Requests);
        json.WriteNumber(Fields.Aborted, Aborted);
        json.WriteNumber(Fields.RequestBytes, RequestBytes);
        json.WriteNumber(Fields.ResponseBytes, ResponseBytes);
        json.WriteNumber(Fields.First, FirstMicroseconds);
        EnvelopeWriter.Optional(json, Fields.FirstMedian, MedianFirstMicroseconds);
        EnvelopeWriter.Optional(json, Fields.FirstHigh, HighFirstMicroseconds);
        json.WriteNumber(Fields.Time, Microseconds);
        EnvelopeWriter.Optional(json, Fields.Median, MedianMicroseconds);
        EnvelopeWriter.Optional(json, Fields.High, HighMicroseconds);
        json.WriteEndObject();
        EnvelopeWriter.End(json);
    }
}
