using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Variants;

namespace Coral.NodeAgent.Tests.Following;

/// <summary>Pods as the API server gives them.</summary>
internal static class PodSamples
{
    /// <summary>A running pod with a sidecar of the variant.</summary>
    public static JsonNode Injected(string variant, string uid = "uid-1") =>
        With(JsonNode.Parse(VariantCatalogue.Shipped.Find(variant)!.Container.GetProperty("securityContext").GetRawText())!, uid);

    /// <summary>A running pod with a sidecar of this security context.</summary>
    public static JsonNode With(JsonNode context, string uid = "uid-1") => new JsonObject
    {
        ["metadata"] = new JsonObject
        {
            ["uid"] = uid,
            ["namespace"] = "shop",
            ["name"] = "cart-1",
            ["annotations"] = new JsonObject { ["coral.io/status"] = """{"id":"decision-1","variant":"restricted"}""", ["other"] = "x" },
        },
        ["spec"] = new JsonObject
        {
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "app", ["image"] = "app:1", ["securityContext"] = new JsonObject { ["privileged"] = true } }),
            ["initContainers"] = new JsonArray(new JsonObject { ["name"] = "coral-agent", ["image"] = "coral/agent:1", ["securityContext"] = context }),
        },
        ["status"] = new JsonObject
        {
            ["phase"] = "Running",
            ["initContainerStatuses"] = new JsonArray(new JsonObject { ["name"] = "coral-agent", ["containerID"] = "containerd://abc" }),
        },
    };

    public static JsonElement Json(JsonNode node) => JsonDocument.Parse(node.ToJsonString()).RootElement;
}
