using System.Text.Json;
using Coral.Audit.Events.Redaction;

namespace Coral.Audit.Events;

/// <summary>Where a remediation stands.</summary>
public enum RemediationPhase
{
    /// <summary>A rule matched: an alert.</summary>
    Trigger,

    /// <summary>It was not done, because a guardrail held it back; the reason says which.</summary>
    Held,

    /// <summary>It is about to be done.</summary>
    Intent,

    /// <summary>It was tried.</summary>
    Outcome,
}

/// <summary>The rule that asked for a remediation.</summary>
public sealed record RemediationRule(string Name, string? Id = null, string? Category = null, string? Ruleset = null, string? Version = null);

/// <summary>A step of a remediation (<c>logs-coral.audit</c>). What is intended is written before it is done, how it ended after, under the same id.</summary>
public sealed record RemediationEvent : AuditEvent
{
    private const int MaxText = 1024;

    /// <summary>Ties the steps together.</summary>
    public required string RemediationId { get; init; }

    /// <summary>Where it stands.</summary>
    public required RemediationPhase Phase { get; init; }

    /// <summary>What is done, such as <c>restart-pod</c>, <c>scale-up</c>, <c>rollback-deployment</c>, <c>evict-pod</c>, <c>kill-process</c> or <c>isolate-pod</c>; <c>event.action</c> is the same behind <c>remediate-</c>.</summary>
    public required string Action { get; init; }

    /// <summary>How it ended; unknown until it was tried.</summary>
    public EventOutcome Outcome { get; init; }

    /// <summary>A reason code or the guardrail's name.</summary>
    public string? Reason { get; init; }

    /// <summary>The rule.</summary>
    public required RemediationRule Rule { get; init; }

    /// <summary>How severe the rule calls it; a greater number is worse.</summary>
    public long? Severity { get; init; }

    /// <summary>The number of the step, from 1.</summary>
    public int Step { get; init; } = 1;

    /// <summary>Whether nothing is really done.</summary>
    public bool DryRun { get; init; }

    /// <summary>The id of the document that set it off.</summary>
    public string? TriggerEventId { get; init; }

    /// <summary>Who allowed it, where someone has to.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>The remediation that this one takes back.</summary>
    public string? RollbackOf { get; init; }

    /// <summary>A hash of the object before.</summary>
    public string? BeforeHash { get; init; }

    /// <summary>A hash of the object after.</summary>
    public string? AfterHash { get; init; }

    /// <summary>The kind of the object in lower case.</summary>
    public string ResourceType { get; init; } = "pod";

    /// <summary>The object's name, where it is no pod.</summary>
    public string? Name { get; init; }

    /// <summary>The pod, or the namespace of the object.</summary>
    public Workload? Workload { get; init; }

    /// <summary>The account that acts.</summary>
    public string? User { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>How long it took, in nanoseconds.</summary>
    public long? DurationNanoseconds { get; init; }

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        var name = Name ?? Workload?.Pod;
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        text.Put(Phase switch { RemediationPhase.Trigger => "Rule asks for ", RemediationPhase.Held => "Held back ", RemediationPhase.Intent => "About to ", _ => Outcome == EventOutcome.Success ? "Done: " : "Failed: " });
        text.Put(Action);
        text.Put(" on ");
        text.Put(ResourceType);
        text.Put(" ");
        text.PutName(Workload?.Namespace, name);
        text.Put(DryRun ? " (dry run)." : ".");
        json.WriteStartObject();
        EnvelopeWriter.Head(json, this, text.Text);
        WriteEvent(json, stamp);
        EnvelopeWriter.Orchestrator(json, Origin, Workload?.Namespace, ResourceType, name, null, Workload?.PodUid);
        WorkloadWriter.Kubernetes(json, Workload);
        WorkloadWriter.Container(json, Workload);
        EnvelopeWriter.Nested(json, Fields.User, Fields.Name, User);
        WriteRule(json);
        WriteError(json);
        EnvelopeWriter.Begin(json, this, stamp);
        WriteRemediation(json);
        EnvelopeWriter.End(json);
    }

    private void WriteEvent(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> actionRoom = stackalloc char[64];
        Span<byte> actionBytes = stackalloc byte[64 * 3];
        var action = new Sentence(actionRoom);
        action.Put("remediate-");
        action.Put(Action);
        var length = System.Text.Encoding.UTF8.GetBytes(action.Text, actionBytes);
        var kind = RemediationKind.Of(Action);
        // A rule that matched has changed nothing yet.
        var isAlert = Phase is RemediationPhase.Trigger or RemediationPhase.Held;
        EnvelopeWriter.Event(json, this, stamp, new EventClass
        {
            Kind = Phase == RemediationPhase.Trigger ? "alert"u8 : "event"u8,
            Category = kind.Category,
            SecondCategory = kind.SecondCategory,
            Type = isAlert ? "info"u8 : kind.Type,
            SecondType = isAlert ? [] : kind.SecondType,
            Action = actionBytes[..length],
            Outcome = Outcome,
            Reason = Reason,
            Duration = DurationNanoseconds,
            Severity = Severity,
        });
    }

    private void WriteRule(Utf8JsonWriter json)
    {
        json.WriteStartObject(Fields.Rule);
        json.WriteString(Fields.Name, Rule.Name);
        EnvelopeWriter.Optional(json, Fields.Id, Rule.Id);
        EnvelopeWriter.Optional(json, Fields.Category, Rule.Category);
        EnvelopeWriter.Optional(json, Fields.Ruleset, Rule.Ruleset);
        EnvelopeWriter.Optional(json, Fields.Version, Rule.Version);
        json.WriteEndObject();
    }

    private void WriteError(Utf8JsonWriter json)
    {
        if (Error is null) return;
        Span<char> room = stackalloc char[MaxText];
        json.WriteStartObject(Fields.Error);
        json.WriteString(Fields.Message, SecretText.Clean(Error, room));
        json.WriteEndObject();
    }

    private void WriteRemediation(Utf8JsonWriter json)
    {
        json.WriteStartObject(Fields.Remediation);
        json.WriteString(Fields.Id, RemediationId);
        json.WriteString(Fields.Phase, Phase switch { RemediationPhase.Trigger => "trigger"u8, RemediationPhase.Held => "held"u8, RemediationPhase.Intent => "intent"u8, _ => "outcome"u8 });
        json.WriteString(Fields.Action, Action);
        json.WriteNumber(Fields.Step, Step);
        json.WriteBoolean(Fields.DryRun, DryRun);
        EnvelopeWriter.Optional(json, Fields.TriggerEventId, TriggerEventId);
        EnvelopeWriter.Optional(json, Fields.ApprovedBy, ApprovedBy);
        EnvelopeWriter.Optional(json, Fields.RollbackOf, RollbackOf);
        EnvelopeWriter.Optional(json, Fields.BeforeHash, BeforeHash);
        EnvelopeWriter.Optional(json, Fields.AfterHash, AfterHash);
        json.WriteEndObject();
    }
}
