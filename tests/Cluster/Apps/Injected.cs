using System.Text.Json.Nodes;

namespace Coral.Cluster.Tests.Real.Apps;

/// <summary>What a pod carries of ours.</summary>
/// <param name="Variant">The sidecar's variant; null where the pod has none.</param>
/// <param name="Reason">Why, from the pod's <c>coral.io/status</c>.</param>
/// <param name="Decision">The decision's id.</param>
/// <param name="Native">Whether it is a native sidecar.</param>
internal sealed record Injected(string? Variant, string? Reason, string? Decision, bool Native)
{
    /// <summary>Reads a pod; null where it says nothing of a decision.</summary>
    public static Injected? Of(JsonNode pod)
    {
        if ((string?)pod["metadata"]!["annotations"]?["coral.io/status"] is not { } text) return null;
        var status = JsonNode.Parse(text)!;
        return new((string?)status["variant"], (string?)status["reason"], (string?)status["id"], Has(pod, "initContainers"));
    }

    /// <summary>Whether a list of the pod's containers has the sidecar.</summary>
    public static bool Has(JsonNode pod, string list = "containers") => pod["spec"]![list]?.AsArray().Any(container => (string?)container!["name"] == "coral-agent") ?? false;
}
