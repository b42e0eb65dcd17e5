using System.Buffers;
using System.Text.Json;
using Coral.Policies;

namespace Coral.Webhook.Admission;

/// <summary>Writes the AdmissionReview that answers.</summary>
internal static class ReviewAnswer
{
    /// <summary>The key under which the API server's own audit log keeps our id, after the webhook's name.</summary>
    internal const string DecisionIdKey = "coral-event-id";

    internal static void Write(IBufferWriter<byte> output, string uid, Decision decision)
    {
        using var json = Begin(output, uid, decision.Outcome != Outcome.Denied);
        if (decision.Outcome == Outcome.Denied) Status(json, 403, "Forbidden", Denial(decision));
        if (!decision.Patch.IsEmpty)
        {
            json.WriteString("patchType"u8, "JSONPatch"u8);
            json.WriteBase64String("patch"u8, decision.Patch.Span);
        }

        if (!decision.Warnings.IsEmpty)
        {
            json.WriteStartArray("warnings"u8);
            foreach (var warning in decision.Warnings) json.WriteStringValue(warning);
            json.WriteEndArray();
        }

        json.WriteStartObject("auditAnnotations"u8);
        json.WriteString(DecisionIdKey, decision.Id);
        json.WriteString("decision"u8, decision.Outcome.ToCode());
        json.WriteString("reason"u8, decision.Reason);
        if (decision.Variant is not null) json.WriteString("variant"u8, decision.Variant);
        json.WriteEndObject();
        End(json);
    }

    /// <summary>The answer where the audit is required and cannot accept: a refusal inside the review, because an HTTP error would be ignored under failurePolicy Ignore.</summary>
    internal static void WriteUnavailable(IBufferWriter<byte> output, string uid)
    {
        using var json = Begin(output, uid, allowed: false);
        Status(json, 503, "ServiceUnavailable", "coral: " + Reasons.All[Reasons.AuditUnavailable] + "; try again");
        End(json);
    }

    private static string Denial(Decision decision) => decision.Reason == Reasons.SidecarRequired
        ? $"coral: refused ({decision.Reason}): {Reasons.All[decision.Reason]}; see the warnings of the pod's creation, or opt out with the label {Vocabulary.Inject}=false"
        : $"coral: refused ({decision.Reason}): mode {decision.Mode}: {Reasons.All[decision.Reason]}";

    private static Utf8JsonWriter Begin(IBufferWriter<byte> output, string uid, bool allowed)
    {
        var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("kind"u8, "AdmissionReview"u8);
        json.WriteString("apiVersion"u8, "admission.k8s.io/v1"u8);
        json.WriteStartObject("response"u8);
        json.WriteString("uid"u8, uid);
        json.WriteBoolean("allowed"u8, allowed);
        return json;
    }

    private static void Status(Utf8JsonWriter json, int code, string reason, string message)
    {
        json.WriteStartObject("status"u8);
        json.WriteString("status"u8, "Failure"u8);
        json.WriteNumber("code"u8, code);
        json.WriteString("reason"u8, reason);
        json.WriteString("message"u8, message);
        json.WriteEndObject();
    }

    private static void End(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
    }
}
