using System.Text.Json;
using System.Text.Json.Nodes;

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

    /// <summary>
    /// Who will create the pods of a kind, which matters for exemptions by user: its controller, under the account that kube-controller-manager takes with
    /// <c>--use-service-account-credentials</c>, as kubeadm and managed clusters run it. Where no controller does, the author.
    /// </summary>
    public static Requester CreatorOf(string kind, Requester author) => OwnerOf(kind) switch
    {
        "ReplicaSet" => Controller("replicaset"),
        "StatefulSet" => Controller("statefulset"),
        "DaemonSet" => Controller("daemon-set"),
        "Job" => Controller("job"),
        "ReplicationController" => Controller("replication"),
        _ => author,
    };

    /// <summary>The template of a workload object, or Undefined.</summary>
    public static JsonElement Find(JsonElement workload, string kind)
    {
        var at = workload;
        foreach (var name in PathOf(kind) ?? ["template"]) at = at.Get(name);
        return at;
    }

    /// <summary>The pod that will be made of an object's template, as far as that is known before. The caller may change it.</summary>
    public static JsonObject PodOf(JsonElement template, string kind)
    {
        var pod = JsonObject.Create(template)!.DeepClone().AsObject();
        if (kind == "Pod") return pod;
        pod["apiVersion"] = "v1";
        pod["kind"] = "Pod";
        if (OwnerOf(kind) is not { } owner) return pod;

        if (pod["metadata"] is not JsonObject metadata) pod["metadata"] = metadata = [];
        var group = owner switch
        {
            "ReplicationController" => "v1",
            "Job" => "batch/v1",
            _ => "apps/v1",
        };
        JsonNode reference = new JsonObject { ["apiVersion"] = group, ["kind"] = owner, ["name"] = "template", ["uid"] = "", ["controller"] = true };
        metadata["ownerReferences"] = new JsonArray(reference);
        return pod;
    }

    private static Requester Controller(string name) => new($"system:serviceaccount:kube-system:{name}-controller", "", []);
}
