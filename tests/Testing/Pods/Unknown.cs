using System.Text.Json.Nodes;

namespace Coral.Testing.Pods;

/// <summary>Members that no API server knows, at several depths: a pod of a future or patched API.</summary>
internal static class Unknown
{
    public static void Add(PodDraft draft)
    {
        if (draft.Chance(0.3)) draft.Pod["futureTop"] = Value();
        if (draft.Chance(0.3)) PodDraft.Child(draft.Pod, "metadata")["futureMeta"] = 12345678901234567890m;
        if (draft.Chance(0.5)) draft.Spec["futureSpec"] = Value();
        foreach (var container in draft.Containers)
        {
            if (draft.Chance(0.3)) container["futureContainer"] = Value();
            if (draft.Chance(0.2)) PodDraft.Child(container, "securityContext")["futureSecurity"] = true;
        }

        foreach (var volume in (draft.Spec["volumes"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (draft.Chance(0.2)) volume["futureSource"] = new JsonObject();
        }
    }

    private static JsonObject Value() => new() { ["nested"] = new JsonArray(1, 2.50m, "three", null, false) };
}
