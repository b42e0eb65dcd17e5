using System.Text.Json.Nodes;

namespace Coral.Policies.Tests.PodSecurity.Real;

/// <summary>Workloads of every kind, made of a pod.</summary>
internal static class Workloads
{
    public static JsonObject Of(string resource, JsonObject pod)
    {
        var template = (JsonObject)pod.DeepClone();
        foreach (var name in new[] { "apiVersion", "kind" }) template.Remove(name);
        template["metadata"]!.AsObject().Remove("name");
        if (template["metadata"]!["labels"] is not JsonObject labels) template["metadata"]!["labels"] = labels = [];
        labels["of"] = "x";
        var job = resource is "jobs.batch" or "cronjobs.batch";
        template["spec"]!["restartPolicy"] = job ? "Never" : "Always";
        JsonObject spec = resource switch
        {
            "podtemplates" => [],
            "replicationcontrollers" => new() { ["selector"] = new JsonObject { ["of"] = "x" }, ["template"] = template },
            "jobs.batch" => new() { ["template"] = template },
            "cronjobs.batch" => new() { ["schedule"] = "0 0 * * *", ["jobTemplate"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = template } } },
            _ => new() { ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["of"] = "x" } }, ["template"] = template },
        };
        var workload = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "w" } };
        if (resource == "podtemplates") workload["template"] = template;
        else workload["spec"] = spec;
        return workload;
    }
}
