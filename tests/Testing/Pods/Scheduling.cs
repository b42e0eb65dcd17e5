using System.Text.Json.Nodes;

namespace Coral.Testing.Pods;

/// <summary>What says where and how long the pod runs.</summary>
internal static class Scheduling
{
    public static void Add(PodDraft draft)
    {
        var spec = draft.Spec;
        if (draft.Chance(0.3)) spec["restartPolicy"] = draft.Pick("Always", "OnFailure", "Never");
        if (draft.Chance(0.1)) spec["terminationGracePeriodSeconds"] = draft.Pick(0, 5, 300);
        if (draft.Chance(0.15)) spec["automountServiceAccountToken"] = draft.Chance(0.3);
        if (draft.Chance(0.1) && spec["hostPID"] is null && spec["os"]?["name"]?.GetValue<string>() != "windows") spec["shareProcessNamespace"] = draft.Chance(0.7);
        if (draft.Chance(0.2)) spec["nodeSelector"] = new JsonObject { [draft.Pick("disk", "kubernetes.io/os", "kubernetes.io/arch")] = draft.Pick("ssd", "linux", "amd64") };
        if (draft.Chance(0.15)) spec["tolerations"] = new JsonArray(new JsonObject { ["key"] = "dedicated", ["operator"] = "Exists", ["effect"] = "NoSchedule" });
        if (draft.Chance(0.05)) spec["nodeName"] = "node-1";
        if (draft.Chance(0.1))
        {
            spec["affinity"] = JsonNode.Parse(
                """{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"In","values":["a","b"]}]}]}}}""");
        }
    }
}
