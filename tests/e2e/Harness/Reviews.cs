using System.Text;
using System.Text.Json.Nodes;

namespace Coral.EndToEnd.Harness;

/// <summary>Builds AdmissionReview bodies as an API server sends them, field for field.</summary>
public static class Reviews
{
    /// <summary>A review of a pod.</summary>
    /// <param name="pod">The pod; for DELETE it becomes <c>oldObject</c>, for UPDATE both.</param>
    /// <param name="namespaceName">The request's namespace.</param>
    /// <param name="uid">The request's uid; null for a new one.</param>
    /// <param name="dryRun">Whether nothing will be stored.</param>
    /// <param name="operation">CREATE, UPDATE or DELETE.</param>
    /// <param name="userInfo">Who asks; null for the controller of ReplicaSets.</param>
    public static byte[] For(JsonNode pod, string namespaceName, string? uid = null, bool dryRun = false, string operation = "CREATE", JsonNode? userInfo = null) =>
        Encoding.UTF8.GetBytes(Json(pod, namespaceName, uid, dryRun, operation, userInfo).ToJsonString());

    /// <summary>The same as <see cref="For"/>, as JSON that a test can bend before it is sent.</summary>
    public static JsonObject Json(JsonNode pod, string namespaceName, string? uid = null, bool dryRun = false, string operation = "CREATE", JsonNode? userInfo = null)
    {
        var request = new JsonObject
        {
            ["uid"] = uid ?? Guid.NewGuid().ToString(),
            ["kind"] = Pod("kind", "Pod"),
            ["resource"] = Pod("resource", "pods"),
            ["requestKind"] = Pod("kind", "Pod"),
            ["requestResource"] = Pod("resource", "pods"),
        };
        if (pod["metadata"]?["name"] is { } name) request["name"] = name.DeepClone();
        request["namespace"] = namespaceName;
        request["operation"] = operation;
        request["userInfo"] = userInfo?.DeepClone() ?? Controller();
        request["object"] = operation == "DELETE" ? null : pod.DeepClone();
        request["oldObject"] = operation == "CREATE" ? null : pod.DeepClone();
        request["dryRun"] = dryRun;
        request["options"] = new JsonObject { ["kind"] = Options(operation), ["apiVersion"] = "meta.k8s.io/v1" };
        return new JsonObject { ["kind"] = "AdmissionReview", ["apiVersion"] = "admission.k8s.io/v1", ["request"] = request };
    }

    private static JsonObject Pod(string key, string value) => new() { ["group"] = "", ["version"] = "v1", [key] = value };

    private static string Options(string operation) => operation[0] + operation[1..].ToLowerInvariant() + "Options";

    private static JsonObject Controller() => new()
    {
        ["username"] = "system:serviceaccount:kube-system:replicaset-controller",
        ["uid"] = "995a6c07-1d76-4a1e-bc4e-168c1b83c757",
        ["groups"] = new JsonArray("system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"),
    };
}
