using System.Text.Json;

namespace Coral.Audit.Events.Kernel;

/// <summary>How often one system call was made by a control group during a while, and how long it took (<c>metrics-coral.node</c>).</summary>
public sealed record SyscallSumsEvent : KernelEvent
{
    /// <summary>The while that was measured, in nanoseconds.</summary>
    public required long WindowNanoseconds { get; init; }

    /// <summary>The call's name.</summary>
    public required string Name { get; init; }

    /// <summary>How many came back.</summary>
    public required long Calls { get; init; }

    /// <summary>How many of them with an error.</summary>
    public required long Errors { get; init; }

    /// <summary>How long all of them took, in microseconds.</summary>
    public required long Microseconds { get; init; }

    /// <summary>Half of them took no longer, in microseconds: a power of two.</summary>
    public long? MedianMicroseconds { get; init; }

    /// <summary>99 of 100 took no longer, in microseconds: a power of two.</summary>
    public long? HighMicroseconds { get; init; }

    /// <summary>Whether the call is there to wait, so that its time is the caller's wish.</summary>
    public bool IsWaiting { get; init; }

    /// <inheritdoc/>
    public override AuditStream Stream => AuditStream.NodeMetrics;

    /// <inheritdoc/>
    internal override string? Collector => "syscall_stats";

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        text.Put(Name);
        text.Put(" was called ");
        text.Put(Calls);
        text.Put(" times, with ");
        text.Put(Errors);
        text.Put(" errors.");
        MetricWriter.Begin(
            json,
            this,
            stamp,
            text.Text,
            "syscall"u8,
            new EventClass { Kind = "metric"u8, Category = "process"u8, Type = "info"u8, Action = "syscall-sums"u8, Outcome = EventOutcome.Success, Duration = WindowNanoseconds },
            Workload);
        json.WriteStartObject(Fields.Syscall);
        json.WriteString(Fields.Name, Name);
        json.WriteNumber(Fields.Calls, Calls);
        json.WriteNumber(Fields.Errors, Errors);
        json.WriteNumber(Fields.Time, Microseconds);
        EnvelopeWriter.Optional(json, Fields.Median, MedianMicroseconds);
        EnvelopeWriter.Optional(json, Fields.High, HighMicroseconds);
        json.WriteBoolean(Fields.Waiting, IsWaiting);
        json.WriteEndObject();
        EnvelopeWriter.End(json);
    }
}
