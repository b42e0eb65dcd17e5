using System.Text.Json;
using Coral.Policies;

namespace Coral.Webhook.Admission;

/// <summary>
/// What will happen to the pods of a workload, said to its author: pods come later, from a controller, and nobody reads the warnings that it gets.
/// Never a refusal.
/// </summary>
internal static class WorkloadWarning
{
    /// <summary>The API server cuts warnings at 256 characters; this leaves room for what stands before the verdict.</summary>
    private const int MostRefusal = 200;

    internal static Decision Decide(DecisionEngine engine, PodRequest request, ClusterFacts facts, string kind)
    {
        var template = WorkloadTemplate.Find(request.Pod, kind);
        var passed = new Decision { Id = request.DecisionId, Outcome = Outcome.Skipped, Reason = Reasons.Validated };
        if (template.ValueKind != JsonValueKind.Object) return passed;

        using var pod = JsonDocument.Parse(WorkloadTemplate.PodOf(template, kind).ToJsonString());
        var create = request with { Pod = pod.RootElement, Operation = "CREATE", Resource = "pods", SubResource = "", Requester = WorkloadTemplate.CreatorOf(kind, request.Requester) };
        var decision = engine.Decide(create, facts);
        return passed with
        {
            Warnings = [.. Sentences(decision, DecisionEngine.Refusal(create, facts, MostRefusal), $"coral: pods of this {kind}")],
            Variant = decision.Variant,
            Form = decision.Form,
            Level = decision.Level,
            Before = decision.Before,
            Floor = decision.Floor,
            Pin = decision.Pin,
            Policy = decision.Policy,
            Mode = decision.Mode,
        };
    }

    private static IEnumerable<string> Sentences(Decision decision, string? refusal, string pods)
    {
        if (decision.Reason is Reasons.NotOptedIn or Reasons.OptedOut) yield break;
        if (refusal is not null) yield return $"{pods} will be refused: {refusal}";
        else if (decision is { Outcome: Outcome.Injected, Form: { } form }) yield return $"{pods} get {decision.Variant} as a {(form == Form.Native ? "native sidecar" : "regular container")} ({decision.Reason})";
        foreach (var warning in decision.Warnings) yield return warning.Replace("coral: ", pods + ": ", StringComparison.Ordinal);
    }
}
