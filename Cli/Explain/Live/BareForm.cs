using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies;
using Coral.Policies.Variants;

namespace Coral.Cli.Explain.Live;

/// <summary>
/// The pod that would be created in the place of a running one: without what the cluster added after it was created, and without our sidecar. What other
/// admission plug-ins added before us stays: it was there when we decided, too.
/// </summary>
internal static class BareForm
{
    /// <summary>Where the pod was put is no wish of its author; debug containers are added later.</summary>
    private static readonly string[] Later = ["nodeName", "ephemeralContainers"];

    private static readonly string[] Kept = ["name", "generateName", "namespace", "labels", "annotations", "ownerReferences", "finalizers"];

    private static readonly HashSet<string> OurVolumes = VariantCatalogue.Shipped.Variants.SelectMany(variant => variant.Volumes.EnumerateArray()).Select(volume => volume.Text("name"u8)!).ToHashSet(StringComparer.Ordinal);

    /// <param name="stored">The pod as the API server has it.</param>
    /// <param name="withoutSidecar">Whether the container of our name is ours, and goes.</param>
    internal static JsonElement Of(JsonElement stored, bool withoutSidecar)
    {
        var pod = JsonObject.Create(stored)!;
        pod.Remove("status");
        (pod["apiVersion"], pod["kind"]) = ("v1", "Pod");
        if (pod["metadata"] is JsonObject metadata)
        {
            foreach (var name in metadata.Select(member => member.Key).Except(Kept).ToList()) metadata.Remove(name);
            if (metadata["annotations"] is JsonObject annotations) RemoveAnnotations(metadata, annotations);
        }

        if (pod["spec"] is not JsonObject spec) return Json.ToElement(pod);
        foreach (var name in Later) spec.Remove(name);
        if (!withoutSidecar) return Json.ToElement(pod);
        RemoveNamed(spec, "initContainers", name => name == Vocabulary.ContainerName);
        RemoveNamed(spec, "containers", name => name == Vocabulary.ContainerName);
        RemoveNamed(spec, "volumes", OurVolumes.Contains);
        return Json.ToElement(pod);
    }

    private static void RemoveAnnotations(JsonObject metadata, JsonObject annotations)
    {
        annotations.Remove(Vocabulary.Injected);
        annotations.Remove(Vocabulary.Status);
        if (annotations[Vocabulary.SafeToEvictVolumes] is JsonValue value && value.TryGetValue<string>(out var text))
        {
            var others = string.Join(',', text.Split(',').Where(name => !OurVolumes.Contains(name.Trim())));
            if (others.Length == 0) annotations.Remove(Vocabulary.SafeToEvictVolumes);
            else annotations[Vocabulary.SafeToEvictVolumes] = others;
        }

        if (annotations.Count == 0) metadata.Remove("annotations");
    }

    private static void RemoveNamed(JsonObject spec, string list, Func<string, bool> goes)
    {
        if (spec[list] is not JsonArray items) return;
        for (var at = items.Count - 1; at >= 0; at--)
        {
            if (items[at] is JsonObject item && item["name"] is JsonValue value && value.TryGetValue<string>(out var name) && goes(name)) items.RemoveAt(at);
        }

        // A list that held nothing but ours was made by us.
        if (items.Count == 0) spec.Remove(list);
    }
}
