using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Cli.Patching;
using Coral.Policies;

namespace Coral.Cli.Review;

/// <summary>What a webhook answered for one object.</summary>
internal sealed record ReviewAnswer
{
    internal required string Object { get; init; }

    internal required string Namespace { get; init; }

    internal required bool Allowed { get; init; }

    /// <summary>The id under which the decision is recorded.</summary>
    internal required string Id { get; init; }

    internal string? Outcome { get; init; }

    internal string? Reason { get; init; }

    internal string? Variant { get; init; }

    internal string? Form { get; init; }

    /// <summary>The sentence of a refusal.</summary>
    internal string? Message { get; init; }

    internal ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Reads an AdmissionReview's response. Throws <see cref="JsonException"/> or <see cref="JsonPatchException"/> for anything else.</summary>
    internal static ReviewAnswer Read(ReadOnlyMemory<byte> body, ReviewRequest request, string label, string ns)
    {
        using var document = JsonDocument.Parse(body);
        var response = document.RootElement.Get("response"u8);
        if (response.Text("uid"u8) != request.Uid) throw new JsonException("it is no AdmissionReview with the uid of the request");
        var annotations = response.Get("auditAnnotations"u8);
        return new ReviewAnswer
        {
            Object = label,
            Namespace = ns,
            Id = annotations.Text("coral-event-id"u8) ?? request.Uid,
            Allowed = response.IsTrue("allowed"u8),
            Outcome = annotations.Text("decision"u8),
            Reason = annotations.Text("reason"u8),
            Variant = annotations.Text("variant"u8),
            Form = Shape(response, request.Pod),
            Message = response.Get("status"u8).Text("message"u8),
            Warnings = [.. response.Items("warnings"u8).Select(warning => warning.AsText() ?? "")],
        };
    }

    internal string ToJson() => Json.ToText(json =>
    {
        json.WriteStartObject();
        json.WriteString("object", Object);
        json.WriteString("namespace", Namespace);
        json.WriteBoolean("allowed", Allowed);
        json.WriteString("outcome", Outcome);
        json.WriteString("variant", Variant);
        json.WriteString("form", Form);
        json.WriteString("reason", Reason);
        json.WriteTexts("warnings", Warnings);
        json.WriteString("message", Message);
        json.WriteString("id", Id);
        json.WriteEndObject();
    });

    /// <summary>The form stands only in what the patch writes: the status of the patched pod.</summary>
    private static string? Shape(JsonElement response, JsonObject pod)
    {
        if (response.Get("patch"u8) is not { ValueKind: JsonValueKind.String } patch) return null;
        if (!patch.TryGetBytesFromBase64(out var bytes)) throw new JsonException("its patch is not base64");
        JsonPatch.Apply(pod, bytes);
        if (Json.ToElement(pod).Get("metadata"u8).Get("annotations"u8).Text(Vocabulary.Status) is not { } status) return null;
        using var read = JsonDocument.Parse(status);
        return read.RootElement.Text("form"u8);
    }
}
