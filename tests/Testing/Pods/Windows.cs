using System.Text.Json.Nodes;

namespace Coral.Testing.Pods;

/// <summary>Windows pods: the API refuses most of the Linux fields there.</summary>
internal static class Windows
{
    public static void Make(PodDraft draft)
    {
        draft.Spec["os"] = new JsonObject { ["name"] = "windows" };
        if (draft.Chance(0.5)) draft.Spec["securityContext"] = new JsonObject { ["runAsNonRoot"] = draft.Chance(0.7) };
        if (!draft.Chance(0.4)) return;
        draft.Spec["hostNetwork"] = true;
        var host = new JsonObject { ["hostProcess"] = true };
        if (draft.Chance(0.5)) PodDraft.Child(draft.Spec, "securityContext")["windowsOptions"] = host;
        foreach (var container in draft.Containers)
        {
            (container["ports"] as JsonArray)?.Clear();
            if (draft.Chance(0.8)) container["securityContext"] = new JsonObject { ["windowsOptions"] = host.DeepClone() };
        }
    }
}
