using System.Text.Json;

namespace Coral.Audit.Events.Kernel;

/// <summary>Where a container's or a process's time went during a while (<c>metrics-coral.node</c>). Times are in microseconds and sums over all threads.</summary>
public sealed record CpuSampleEvent : KernelEvent
{
    /// <summary>The while that was measured, in nanoseconds.</summary>
    public required long WindowNanoseconds { get; init; }

    /// <summary>Time on a processor.</summary>
    public required long OnMicroseconds { get; init; }

    /// <summary>Time spent waiting for something else than a processor.</summary>
    public long? OffMicroseconds { get; init; }

    /// <summary>Time spent waiting for a processor.</summary>
    public long? RunQueueMicroseconds { get; init; }

    /// <summary>How many samples it is made of.</summary>
    public long? Samples { get; init; }

    /// <summary>The part of the processors that the container may use which it used, from 0 to 1.</summary>
    public double? Usage { get; init; }

    /// <summary>Which process; null for the whole container.</summary>
    public ProcessInfo? Process { get; init; }

    /// <inheritdoc/>
    public override AuditStream Stream => AuditStream.NodeMetrics;

    /// <inheritdoc/>
    internal override string? Collector => "cpu_profile";

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        text.PutName(Workload?.Namespace, Workload?.Pod ?? Process?.Name);
        text.Put(" used ");
        text.Put(OnMicroseconds);
        text.Put(" us of processor time.");
        json.WriteStartObject();
        EnvelopeWriter.Head(json, this, text.Text);
        EnvelopeWriter.Event(json, this, stamp, new EventClass
        {
            Kind = "metric"u8,
            Category = "process"u8,
            SecondCategory = "host"u8,
            Type = "info"u8,
            Action = "cpu-sample"u8,
            Outcome = EventOutcome.Success,
            Duration = WindowNanoseconds,
        });
        json.WriteStartObject(Fields.Metricset);
        json.WriteString(Fields.Name, "cpu"u8);
        json.WriteEndObject();
        WorkloadWriter.Place(json, this, Workload, cpuUsage: Usage);
        ProcessWriter.Write(json, Process);
        EnvelopeWriter.Begin(json, this, stamp);
        json.WriteStartObject(Fields.Cpu);
        json.WriteNumber(Fields.OnCpu, OnMicroseconds);
        EnvelopeWriter.Optional(json, Fields.OffCpu, OffMicroseconds);
        EnvelopeWriter.Optional(json, Fields.RunQueue, RunQueueMicroseconds);
        EnvelopeWriter.Optional(json, Fields.Samples, Samples);
        json.WriteEndObject();
        EnvelopeWriter.End(json);
    }
}
