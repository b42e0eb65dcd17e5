using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies;

namespace Coral.Webhook.Admission;

/// <summary>
/// What will happen to the pods of a workload, said to its author: pods come later, from a controller, and nobody reads the warnings that it gets.
/// Never a refusal.
/// </summary>
internal static class WorkloadWarning
{
    internal static Decision Decide(DecisionEngine engine, PodRequest request, ClusterFacts facts, string kind)
    {
        var template = WorkloadTemplate.Find(request.Pod, kind);
        var passed = new Decision { Id = request.DecisionId, Outcome = Outcome.Skipped, Reason = Reasons.Validated };
        if (template.ValueKind != JsonValueKind.Object) return passed;

        using var pod = JsonDocument.Parse(PodOf(template, WorkloadTemplate.OwnerOf(kind)).ToJsonString());
        var decision = engine.Decide(request with { Pod = pod.RootElement, Operation = "CREATE", Resource = "pods", SubResource = "" }, facts);
        return passed with
        {
            Warnings = [.. decision.Warnings.Select(warning => warning.Replace("coral: ", $"coral: pods of this {kind}: ", StringComparison.Ordinal))],
            Variant = decision.Variant,
            Form = decision.Form,
            Level = decision.Level,
            Floor = decision.Floor,
            Policy = decision.Policy,
            Mode = decision.Mode,
        };
    }

    /// <summary>The pod that the controller will create, as far as it is known now.</summary>
    private static JsonObject PodOf(JsonElement template, string? owner)
    {
        var pod = JsonNode.Parse(template.GetRawText())!.AsObject();
        pod["apiVersion"] = "v1";
        pod["kind"] = "Pod";
        if (owner is null) return pod;
        if (pod["metadata"] is not JsonObject metadata) pod["metadata"] = metadata = [];
        metadata["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "v1", ["kind"] = owner, ["name"] = "template", ["uid"] = "", ["controller"] = true });
        return pod;
    }
}
