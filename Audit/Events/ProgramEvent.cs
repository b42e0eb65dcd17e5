using System.Collections.Immutable;
using System.Text.Json;
using Coral.Audit.Events.Kernel;

namespace Coral.Audit.Events;

/// <summary>What one of our programs says of itself.</summary>
public enum ProgramAction
{
    /// <summary>It began: <c>program-start</c>.</summary>
    Start,

    /// <summary>It ends as asked: <c>program-stop</c>.</summary>
    Stop,

    /// <summary>Its settings or policies changed: <c>config-change</c>.</summary>
    Configured,
}

/// <summary>One of our programs began, ended or got other settings (<c>logs-coral.audit</c>).</summary>
public sealed record ProgramEvent : AuditEvent
{
    /// <summary>What happened.</summary>
    public required ProgramAction Action { get; init; }

    /// <summary>Its process id.</summary>
    public required int Pid { get; init; }

    /// <summary>Its arguments; secrets are taken out when the document is made.</summary>
    public ImmutableArray<string> Arguments { get; init; }

    /// <summary>The exit code of one that ends.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Why it ends or what changed, as a reason code.</summary>
    public string? Reason { get; init; }

    /// <summary>A hash of all settings, or of the policies.</summary>
    public string? ConfigHash { get; init; }

    /// <summary>The names of settings or objects that changed; never their values.</summary>
    public ImmutableArray<string> Changed { get; init; }

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        text.Put(Origin.Service);
        text.Put(Action switch { ProgramAction.Start => " began.", ProgramAction.Stop => " ends.", _ => " has other settings." });
        json.WriteStartObject();
        EnvelopeWriter.Head(json, this, text.Text);
        EnvelopeWriter.Event(json, this, stamp, new EventClass
        {
            Category = Action == ProgramAction.Configured ? "configuration"u8 : "process"u8,
            Type = Action switch { ProgramAction.Start => "start"u8, ProgramAction.Stop => "end"u8, _ => "change"u8 },
            Action = Action switch { ProgramAction.Start => "program-start"u8, ProgramAction.Stop => "program-stop"u8, _ => "config-change"u8 },
            Outcome = EventOutcome.Success,
            Reason = Reason,
        });
        EnvelopeWriter.Orchestrator(json, Origin, null, null, null, null);
        json.WriteStartObject(Fields.Process);
        json.WriteNumber(Fields.Pid, Pid);
        ProcessWriter.WriteArguments(json, Arguments);
        EnvelopeWriter.Optional(json, Fields.ExitCode, ExitCode);
        json.WriteEndObject();
        EnvelopeWriter.Begin(json, this, stamp);
        if (ConfigHash is not null || !Changed.IsDefaultOrEmpty)
        {
            json.WriteStartObject(Fields.Config);
            EnvelopeWriter.Optional(json, Fields.Hash, ConfigHash);
            EnvelopeWriter.Array(json, Fields.Changed, Changed);
            json.WriteEndObject();
        }

        EnvelopeWriter.End(json);
    }
}
