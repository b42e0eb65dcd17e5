using System.Text.Json;
using Coral.Policies;

namespace Coral.Cli.Explain.Live;

/// <summary>What <c>coral.io/status</c> of a pod says was decided. Anybody who may write the pod may have written it. Null stands for what it does not say.</summary>
internal sealed record PodStatus(string? Id, string? Variant, string? Form, string? Reason, string? Template, string? Policy, IReadOnlyList<string> Degraded)
{
    /// <summary>Null where the pod has none, or one that is no JSON object.</summary>
    internal static PodStatus? Of(JsonElement pod)
    {
        if (pod.Get("metadata"u8).Get("annotations"u8).Text(Vocabulary.Status) is not { } text) return null;
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Read(document.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static PodStatus Read(JsonElement status) => new(
        status.Text("id"u8),
        status.Text("variant"u8),
        status.Text("form"u8),
        status.Text("reason"u8),
        status.Text("template"u8),
        status.Text("policy"u8) is { Length: > 0 } policy ? policy : null,
        [.. status.Items("degraded"u8).Select(item => item.AsText()).OfType<string>()]);
}
