using System.Text.Json;

namespace Coral.Policies;

/// <summary>Where the pod template stands in each kind of workload, and the pods that a controller makes of it.</summary>
public static class WorkloadTemplate
{
    /// <summary>The path of the template's member names, or null for a kind without one. A Pod is its own: an empty path.</summary>
    public static IReadOnlyList<string>? PathOf(string kind) => kind switch
    {
        "Pod" => [],
        "Deployment" or "ReplicaSet" or "StatefulSet" or "DaemonSet" or "Job" or "ReplicationController" => ["spec", "template"],
        "CronJob" => ["spec", "jobTemplate", "spec", "template"],
        "PodTemplate" => ["template"],
        _ => null,
    };

    /// <summary>The kind that owns the pods in the end: it decides whether they must complete. Null for none.</summary>
    public static string? OwnerOf(string kind) => kind switch
    {
        "Deployment" => "ReplicaSet",
        "CronJob" => "Job",
        "Pod" or "PodTemplate" => null,
        _ => kind,
    };

    /// <summary>The template of a workload object, or Undefined.</summary>
    public static JsonElement Find(JsonElement workload, string kind)
    {
        var at = workload;
        foreach (var name in PathOf(kind) ?? ["template"]) at = at.Get(name);
        return at;
    }
}
