using System.Text.Json;

namespace Coral.Policies.Selection;

/// <summary>Two guards that need a look into several places of a pod.</summary>
internal static class WindowsAndMirrors
{
    /// <summary>A static pod's mirror carries the annotation; kubelets also create it with their Node as owner.</summary>
    internal static bool IsMirror(JsonElement pod)
    {
        var metadata = pod.Get("metadata"u8);
        if (metadata.Get("annotations"u8).Has("kubernetes.io/config.mirror"u8)) return true;
        foreach (var owner in metadata.Items("ownerReferences"u8))
        {
            if (owner.Text("kind"u8) == "Node" && owner.Text("apiVersion"u8) == "v1") return true;
        }

        return false;
    }

    /// <summary>By what the pod states of its operating system, or by all the nodes that it may be put on.</summary>
    internal static bool IsWindows(JsonElement spec, ClusterFacts facts)
    {
        if (Is(spec.Get("os"u8).Get("name"u8)) || SelectsWindows(spec.Get("nodeSelector"u8))) return true;
        if (spec.Text("runtimeClassName"u8) is { } runtime && facts.RuntimeClasses.TryGetValue(runtime, out var found) && SelectsWindows(found.NodeSelector)) return true;

        var required = spec.Get("affinity"u8).Get("nodeAffinity"u8).Get("requiredDuringSchedulingIgnoredDuringExecution"u8);
        var terms = 0;
        foreach (var term in required.Items("nodeSelectorTerms"u8))
        {
            terms++;
            if (!TermIsWindows(term)) return false;
        }

        return terms > 0;
    }

    private static bool SelectsWindows(JsonElement selector) => Is(selector.Get("kubernetes.io/os"u8)) || Is(selector.Get("beta.kubernetes.io/os"u8));

    private static bool TermIsWindows(JsonElement term)
    {
        foreach (var expression in term.Items("matchExpressions"u8))
        {
            if (expression.Text("key"u8) is not ("kubernetes.io/os" or "beta.kubernetes.io/os") || expression.Text("operator"u8) != "In") continue;
            var values = 0;
            var windows = 0;
            foreach (var value in expression.Items("values"u8))
            {
                values++;
                if (Is(value)) windows++;
            }

            if (values > 0 && values == windows) return true;
        }

        return false;
    }

    private static bool Is(JsonElement text) => text.ValueKind == JsonValueKind.String && text.ValueEquals("windows"u8);
}
