using System.Text.Json.Nodes;

namespace Coral.Cli.Tests.Inject;

/// <summary>A workload of each kind, with members at every level that no API server knows.</summary>
internal static class Workloads
{
    public static readonly string[] Kinds = ["Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicationController", "PodTemplate"];

    public static JsonObject Make(string kind, bool bare = false)
    {
        var template = new JsonObject { ["zz"] = Odd(), ["spec"] = Spec(kind), ["aa"] = 1.50m };
        // Without metadata the patch has to make it, and it has to be taken out where only the decision needed it.
        if (!bare) template.Insert(1, "metadata", new JsonObject { ["future"] = Odd(), ["labels"] = new JsonObject { ["app"] = "shop" }, ["ownerReferences"] = new JsonArray() });
        if (kind == "Pod")
        {
            template.Insert(0, "kind", "Pod");
            template.Insert(1, "apiVersion", "v1");
            return template;
        }

        var root = new JsonObject { ["status"] = Odd(), ["kind"] = kind, ["apiVersion"] = Group(kind), ["metadata"] = new JsonObject { ["name"] = "shop", ["odd"] = Odd() } };
        switch (kind)
        {
            case "PodTemplate":
                root["template"] = template;
                break;
            case "CronJob":
                root["spec"] = new JsonObject { ["jobTemplate"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = template, ["odd"] = Odd() }, ["odd"] = Odd() }, ["schedule"] = "@daily" };
                break;
            default:
                root["spec"] = new JsonObject { ["odd"] = Odd(), ["template"] = template, ["replicas"] = 3 };
                break;
        }

        return root;
    }

    public static JsonObject Template(JsonObject workload) => workload["kind"]!.GetValue<string>() switch
    {
        "Pod" => workload,
        "PodTemplate" => workload["template"]!.AsObject(),
        "CronJob" => workload["spec"]!["jobTemplate"]!["spec"]!["template"]!.AsObject(),
        _ => workload["spec"]!["template"]!.AsObject(),
    };

    /// <summary>Takes out what the injection of a native sidecar adds, and fails where it is not there.</summary>
    public static void TakeOut(JsonObject template, JsonObject original)
    {
        var annotations = template["metadata"]!["annotations"]!.AsObject();
        foreach (var name in new[] { "coral.io/injected", "coral.io/status", "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes" }) Assert.True(annotations.Remove(name), name);
        if (annotations.Count == 0) template["metadata"]!.AsObject().Remove("annotations");
        if (original["metadata"] is null) template.Remove("metadata");

        var spec = template["spec"]!.AsObject();
        var init = spec["initContainers"]!.AsArray();
        Assert.Equal("coral-agent", init[0]!["name"]!.GetValue<string>());
        Assert.Equal("Always", init[0]!["restartPolicy"]!.GetValue<string>());
        init.RemoveAt(0);
        if (init.Count == 0) spec.Remove("initContainers");
        var volumes = spec["volumes"]!.AsArray();
        Assert.Equal(2, volumes.ToList().Count(volume => volume!["name"]!.GetValue<string>().StartsWith("coral-", StringComparison.Ordinal)));
        volumes.RemoveAt(volumes.Count - 1);
        volumes.RemoveAt(volumes.Count - 1);
        if (volumes.Count == 0) spec.Remove("volumes");
    }

    private static JsonObject Spec(string kind)
    {
        var spec = new JsonObject
        {
            ["odd"] = Odd(),
            ["containers"] = new JsonArray(new JsonObject
            {
                ["resources"] = new JsonObject { ["limits"] = new JsonObject { ["example.com/odd"] = JsonNode.Parse("1e3") } },
                ["name"] = "app",
                ["image"] = "app:1",
                ["securityContext"] = new JsonObject { ["odd"] = Odd() },
                ["odd"] = Odd(),
            }),
        };
        if (kind is "Job" or "CronJob") spec["restartPolicy"] = "OnFailure";
        return spec;
    }

    private static string Group(string kind) => kind switch
    {
        "Job" or "CronJob" => "batch/v1",
        "ReplicationController" or "PodTemplate" => "v1",
        _ => "apps/v1",
    };

    private static JsonObject Odd() => new() { ["ünïcode"] = "</tag> \"q\" \\ \t \u2028 é", ["n"] = JsonNode.Parse("12345678901234567890.10"), ["null"] = null, ["list"] = new JsonArray(1, new JsonObject(), new JsonArray()) };
}
