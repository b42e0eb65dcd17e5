using System.Text.Json;

namespace Coral.Audit.Events.Kernel;

/// <summary>What a process did.</summary>
public enum ProcessAction
{
    /// <summary>It began another program.</summary>
    Exec,

    /// <summary>It made a copy of itself.</summary>
    Fork,

    /// <summary>It ended.</summary>
    Exit,
}

/// <summary>A process began, was copied or ended (<c>logs-coral.ebpf</c>).</summary>
public sealed record ProcessEvent : KernelEvent
{
    /// <summary>What it did.</summary>
    public required ProcessAction Action { get; init; }

    /// <summary>Which process.</summary>
    public required ProcessInfo Process { get; init; }

    /// <summary>The error's name where the call failed, such as <c>EACCES</c>; null where it did not.</summary>
    public string? Error { get; init; }

    /// <summary>How long it ran, in nanoseconds.</summary>
    public long? DurationNanoseconds { get; init; }

    /// <inheritdoc/>
    public override AuditStream Stream => AuditStream.Ebpf;

    /// <inheritdoc/>
    internal override string? Collector => "exec";

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        text.Put(Action switch { ProcessAction.Exec => "Began ", ProcessAction.Fork => "Copied ", _ => "Ended " });
        text.Put(Process.Executable ?? Process.Name ?? "a process");
        text.Put(" (");
        text.Put(Process.Pid);
        text.Put(").");
        json.WriteStartObject();
        EnvelopeWriter.Head(json, this, text.Text);
        EnvelopeWriter.Event(json, this, stamp, new EventClass
        {
            Category = "process"u8,
            Type = Action == ProcessAction.Exit ? "end"u8 : "start"u8,
            Action = Action switch { ProcessAction.Exec => "exec"u8, ProcessAction.Fork => "fork"u8, _ => "exit"u8 },
            Outcome = Error is null ? EventOutcome.Success : EventOutcome.Failure,
            Duration = DurationNanoseconds,
        });
        WorkloadWriter.Place(json, this, Workload);
        ProcessWriter.Write(json, Process);
        EnvelopeWriter.Nested(json, Fields.Error, Fields.Code, Error);
        EnvelopeWriter.End(json, this, stamp);
    }
}
