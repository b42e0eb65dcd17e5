using System.Text.Json.Nodes;

namespace Coral.Cluster.Tests.Real.Apps;

/// <summary>A small web server that any level admits, and what runs it.</summary>
internal static class App
{
    /// <summary>Serves on 8080 until it is told to stop, says so, and ends with 0.</summary>
    public const string Web = "trap 'echo told to stop; exit 0' TERM; echo it works > /tmp/index.html; busybox httpd -f -p 8080 -h /tmp & echo serving; wait $!";

    /// <summary>A pod with one container <c>app</c> that runs a script of the shell.</summary>
    public static JsonObject Pod(string name, string ns, string script = Web, JsonObject? annotations = null) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns, ["annotations"] = annotations },
        ["spec"] = Spec(script),
    };

    /// <summary>The pod's spec: nobody, no capability, nothing that can be written but /tmp.</summary>
    public static JsonObject Spec(string script = Web, string restartPolicy = "Always")
    {
        var container = new JsonObject
        {
            ["name"] = "app",
            ["image"] = Target.Image("coral-agent", debug: true),
            ["imagePullPolicy"] = "IfNotPresent",
            ["command"] = new JsonArray("sh", "-c", script),
            ["securityContext"] = new JsonObject
            {
                ["allowPrivilegeEscalation"] = false,
                ["readOnlyRootFilesystem"] = true,
                ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
                ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
            },
            ["volumeMounts"] = new JsonArray(new JsonObject { ["name"] = "tmp", ["mountPath"] = "/tmp" }),
        };
        if (script == Web)
        {
            container["ports"] = new JsonArray(new JsonObject { ["containerPort"] = 8080 });
            container["readinessProbe"] = new JsonObject { ["httpGet"] = new JsonObject { ["path"] = "/", ["port"] = 8080 }, ["periodSeconds"] = 1 };
        }

        return new JsonObject
        {
            ["restartPolicy"] = restartPolicy,
            ["automountServiceAccountToken"] = false,
            ["securityContext"] = new JsonObject { ["runAsNonRoot"] = true },
            ["containers"] = new JsonArray(container),
            ["volumes"] = new JsonArray(new JsonObject { ["name"] = "tmp", ["emptyDir"] = new JsonObject() }),
        };
    }

    /// <summary>The only container of a pod that was made here.</summary>
    public static JsonObject Container(JsonObject pod) => pod["spec"]!["containers"]![0]!.AsObject();

    /// <summary>A workload of this kind; those that end print a line and do.</summary>
    public static JsonObject Workload(string kind, string name, string ns, string? script = null)
    {
        JsonObject Template(string text, string restartPolicy = "Always") => new()
        {
            ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
            ["spec"] = Spec(text, restartPolicy),
        };
        JsonObject Selecting(JsonObject more)
        {
            more["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } };
            more["template"] = Template(script ?? Web);
            return more;
        }

        var job = new JsonObject { ["backoffLimit"] = 0, ["template"] = Template(script ?? "echo done", "Never") };
        var (group, spec) = kind switch
        {
            "Deployment" => ("apps/v1", Selecting(new() { ["replicas"] = 2 })),
            "StatefulSet" => ("apps/v1", Selecting(new() { ["serviceName"] = name })),
            "DaemonSet" => ("apps/v1", Selecting([])),
            "Job" => ("batch/v1", job),
            "CronJob" => ("batch/v1", DueOnce.Spec(job)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no workload of ours"),
        };
        return new JsonObject { ["apiVersion"] = group, ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns }, ["spec"] = spec };
    }
}
