using System.Text.Json;

namespace Coral.Audit.Events;

/// <summary>The document of a decision (design §6, `research/audit-pipeline.md` §2).</summary>
internal static class DecisionDocument
{
    public static void Write(Utf8JsonWriter json, DecisionEvent e, in EventStamp stamp)
    {
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        DecisionSentence.Write(e, ref text);
        json.WriteStartObject();
        EnvelopeWriter.Head(json, e, text.Text);
        WriteEvent(json, e, stamp);
        var name = e.Name ?? e.GenerateName;
        EnvelopeWriter.Orchestrator(json, e.Origin, e.Namespace, e.ResourceType, name, e.OwnerKind);
        WriteKubernetes(json, e);
        WriteUser(json, e.User);
        EnvelopeWriter.Begin(json, e, stamp);
        WriteDecision(json, e);
        WriteInjection(json, e);
        WritePodSecurity(json, e);
        WriteObject(json, e);
        WriteRequest(json, e);
        EnvelopeWriter.End(json);
    }

    private static void WriteEvent(Utf8JsonWriter json, DecisionEvent e, in EventStamp stamp)
    {
        json.WriteStartObject(Fields.Event);
        EnvelopeWriter.Identity(json, e, stamp);
        json.WriteString(Fields.Kind, "event"u8);
        EnvelopeWriter.Single(json, Fields.Category, "api"u8);
        json.WriteStartArray(Fields.Type);
        if (e.Decision == "injected") json.WriteStringValue("change"u8);
        json.WriteStringValue(e.Decision == "denied" ? "denied"u8 : "allowed"u8);
        json.WriteEndArray();
        json.WriteString(Fields.Action, e.Action);
        // ECS: a refusal that was asked for is a success of the one who decided.
        json.WriteString(Fields.Outcome, e.Decision == "failed" ? "failure"u8 : "success"u8);
        json.WriteString(Fields.Reason, e.Reason);
        json.WriteNumber(Fields.Duration, e.DurationNanoseconds);
        json.WriteEndObject();
    }

    private static void WriteKubernetes(Utf8JsonWriter json, DecisionEvent e)
    {
        var pod = e.ResourceType == "pod" ? e.Name : null;
        if (e.Namespace is null && pod is null) return;
        json.WriteStartObject(Fields.Kubernetes);
        EnvelopeWriter.Optional(json, Fields.Namespace, e.Namespace);
        if (pod is not null)
        {
            json.WriteStartObject(Fields.Pod);
            json.WriteString(Fields.Name, pod);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteUser(Utf8JsonWriter json, Requester? user)
    {
        if (user is null) return;
        json.WriteStartObject(Fields.User);
        EnvelopeWriter.Optional(json, Fields.Name, user.Name);
        EnvelopeWriter.Optional(json, Fields.Id, user.Uid);
        EnvelopeWriter.Array(json, Fields.Roles, user.Groups);
        json.WriteEndObject();
    }

    private static void WriteDecision(Utf8JsonWriter json, DecisionEvent e)
    {
        json.WriteStartObject(Fields.Decision);
        json.WriteString(Fields.Id, e.DecisionId);
        EnvelopeWriter.Optional(json, Fields.PriorId, e.PriorDecisionId);
        json.WriteEndObject();
        json.WriteStartObject(Fields.Admission);
        json.WriteString(Fields.Uid, e.Uid);
        json.WriteString(Fields.Operation, e.Operation);
        json.WriteBoolean(Fields.DryRun, e.DryRun);
        EnvelopeWriter.Optional(json, Fields.Subresource, e.Subresource);
        json.WriteString(Fields.Decision, e.Decision);
        EnvelopeWriter.Array(json, Fields.Warnings, e.Warnings);
        json.WriteEndObject();
    }

    private static void WriteInjection(Utf8JsonWriter json, DecisionEvent e)
    {
        json.WriteStartObject(Fields.Injection);
        EnvelopeWriter.Optional(json, Fields.Variant, e.Variant);
        EnvelopeWriter.Optional(json, Fields.Form, e.Form);
        json.WriteString(Fields.Reason, e.Reason);
        EnvelopeWriter.Optional(json, Fields.Policy, e.Policy);
        EnvelopeWriter.Optional(json, Fields.TemplateHash, e.TemplateHash);
        EnvelopeWriter.Optional(json, Fields.PatchHash, e.PatchHash);
        json.WriteNumber(Fields.PatchOps, e.PatchOps);
        if (e.WouldBe is { } wouldBe)
        {
            json.WriteStartObject(Fields.WouldBe);
            json.WriteString(Fields.Reason, wouldBe.Reason);
            json.WriteString(Fields.PatchHash, wouldBe.PatchHash);
            json.WriteNumber(Fields.PatchOps, wouldBe.PatchOps);
            json.WriteEndObject();
        }

        EnvelopeWriter.Array(json, Fields.Degraded, e.Degraded);
        EnvelopeWriter.Optional(json, Fields.Floor, e.Floor);
        EnvelopeWriter.Array(json, Fields.Nodes, e.Nodes);
        if (e.Pin is { } pin)
        {
            json.WriteStartObject(Fields.Pin);
            json.WriteString(Fields.Reason, pin.Reason);
            EnvelopeWriter.Array(json, Fields.Labels, pin.Labels);
            json.WriteEndObject();
        }

        EnvelopeWriter.Array(json, Fields.Rules, e.Rules);
        if (!e.Candidates.IsDefaultOrEmpty)
        {
            json.WriteStartArray(Fields.Candidates);
            foreach (var candidate in e.Candidates)
            {
                json.WriteStartObject();
                json.WriteString(Fields.Variant, candidate.Variant);
                json.WriteString(Fields.Outcome, candidate.Outcome);
                EnvelopeWriter.Optional(json, Fields.Reason, candidate.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WritePodSecurity(Utf8JsonWriter json, DecisionEvent e)
    {
        if (e.Level is null && e.Before is null && e.After is null) return;
        json.WriteStartObject(Fields.Pss);
        EnvelopeWriter.Optional(json, Fields.Level, e.Level);
        EnvelopeWriter.Optional(json, Fields.Version, e.LevelVersion);
        EnvelopeWriter.Optional(json, Fields.Origin, e.LevelOrigin);
        WriteVerdict(json, Fields.Before, e.Before);
        WriteVerdict(json, Fields.After, e.After);
        json.WriteEndObject();
    }

    private static void WriteVerdict(Utf8JsonWriter json, JsonEncodedText name, SecurityVerdict? verdict)
    {
        if (verdict is null) return;
        json.WriteStartObject(name);
        json.WriteBoolean(Fields.Allowed, verdict.Allowed);
        EnvelopeWriter.Array(json, Fields.Violations, verdict.Violations);
        json.WriteEndObject();
    }

    private static void WriteObject(Utf8JsonWriter json, DecisionEvent e)
    {
        if (e.GenerateName is not null)
        {
            json.WriteStartObject(Fields.Pod);
            json.WriteString(Fields.GenerateName, e.GenerateName);
            json.WriteEndObject();
        }

        if (e.OwnerKind is not null || e.OwnerName is not null)
        {
            json.WriteStartObject(Fields.Owner);
            EnvelopeWriter.Optional(json, Fields.Kind, e.OwnerKind);
            EnvelopeWriter.Optional(json, Fields.Name, e.OwnerName);
            json.WriteEndObject();
        }
    }

    private static void WriteRequest(Utf8JsonWriter json, DecisionEvent e)
    {
        if (e.Request.IsEmpty) return;
        if (e.Request.Length > DecisionEvent.MaxRequestBytes)
        {
            EnvelopeWriter.Single(json, Fields.Omitted, "request"u8);
            return;
        }

        json.WritePropertyName(Fields.Request);
        // The caller vouches for the JSON; validating it again would double the cost of an append.
        json.WriteRawValue(e.Request.Span, skipInputValidation: true);
    }
}
