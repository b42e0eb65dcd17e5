using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Testing;

namespace Coral.Policies.Tests.Decisions;

/// <summary>Applies a decision's patch by the independent applier.</summary>
internal static class Patched
{
    internal static string Pod(string pod, Decision decision)
    {
        var patch = (JsonArray)JsonNode.Parse(decision.Patch.Span)!;
        foreach (var operation in patch) Assert.Contains((string)operation!["op"]!, new[] { "add", "test" });
        Assert.Equal(decision.PatchOperations, patch.Count);
        return JsonPatch.Apply(JsonNode.Parse(pod), patch)!.ToJsonString();
    }

    internal static JsonElement Sidecar(Decision decision, string pod = Some.HardenedPod)
    {
        var spec = Some.Json(Pod(pod, decision)).GetProperty("spec");
        foreach (var list in new[] { "initContainers", "containers" })
        {
            if (!spec.TryGetProperty(list, out var containers)) continue;
            foreach (var container in containers.EnumerateArray())
            {
                if (container.GetProperty("name").GetString() == Vocabulary.ContainerName) return container;
            }
        }

        throw new InvalidOperationException("no sidecar in " + Encoding.UTF8.GetString(decision.Patch.Span));
    }

    internal static Decision Again(string patchedPod, ClusterFacts facts) => Some.Engine.Decide(Some.Request(patchedPod), facts);
}
