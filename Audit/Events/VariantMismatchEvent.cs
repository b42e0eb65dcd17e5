using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Audit.Events;

/// <summary>A pod runs with a variant that its node does not hold up, or does again (<c>logs-coral.node</c>).</summary>
public sealed record VariantMismatchEvent : AuditEvent
{
    /// <summary>The pod, its sidecar and its node.</summary>
    public required Workload Workload { get; init; }

    /// <summary>The variant, as the sidecar's own security context tells.</summary>
    public required string Variant { get; init; }

    /// <summary>What the variant needs and the node does not prove; empty when it was resolved.</summary>
    public ImmutableArray<string> Lacks { get; init; }

    /// <summary>Whether a later report proves what was lacking: <c>variant-match</c>.</summary>
    public bool Resolved { get; init; }

    /// <summary>The hash of the node's report.</summary>
    public string? ReportHash { get; init; }

    /// <summary>The decision that the pod says to come from; it proves nothing.</summary>
    public string? DecisionId { get; init; }

    /// <summary>The reason code.</summary>
    public string Reason { get; init; } = "variant-mismatch";

    /// <inheritdoc/>
    public override AuditStream Stream => AuditStream.Node;

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        text.Put("Node ");
        text.Put(Workload.Node ?? "(unknown)");
        text.Put(Resolved ? " proves again what " : " does not prove what ");
        text.Put(Variant);
        text.Put(" in pod ");
        text.PutName(Workload.Namespace, Workload.Pod);
        text.Put(" needs.");
        json.WriteStartObject();
        EnvelopeWriter.Head(json, this, text.Text);
        EnvelopeWriter.Event(json, this, stamp, new EventClass
        {
            Kind = Resolved ? "event"u8 : "alert"u8,
            Category = "configuration"u8,
            Type = "info"u8,
            Action = Resolved ? "variant-match"u8 : "variant-mismatch"u8,
            Outcome = EventOutcome.Success,
            Reason = Reason,
        });
        WorkloadWriter.Place(json, this, Workload);
        EnvelopeWriter.Begin(json, this, stamp);
        EnvelopeWriter.Nested(json, Fields.Decision, Fields.Id, DecisionId);
        EnvelopeWriter.Nested(json, Fields.Injection, Fields.Variant, Variant);
        EnvelopeWriter.Nested(json, Fields.Node, Fields.ReportHash, ReportHash);
        json.WriteStartObject(Fields.Mismatch);
        EnvelopeWriter.Array(json, Fields.Lacks, Lacks);
        json.WriteEndObject();
        EnvelopeWriter.End(json);
    }
}
