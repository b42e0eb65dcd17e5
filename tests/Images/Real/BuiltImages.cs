using System.Text.Json.Nodes;

namespace Coral.Images.Tests.Real;

/// <summary>
/// The images of <c>make images</c> in a real node: kubelet, containerd and runc.
/// </summary>
public sealed class BuiltImages() : KitClusterFixture(new() { RealNode = true })
{
    /// <summary>Where the archives are.</summary>
    public string Folder { get; private set; } = "";

    /// <summary>Starts a pod that may do nothing: nobody, no capability, nothing that can be written.</summary>
    /// <param name="name">The pod's.</param>
    /// <param name="image">Such as <c>coral-agent:latest</c>.</param>
    /// <param name="command">Instead of the image's entry point; null for that.</param>
    /// <param name="more">Members of the container beside these.</param>
    public async Task Start(string name, string image, string[]? command = null, JsonObject? more = null, JsonArray? volumes = null)
    {
        var container = new JsonObject
        {
            ["name"] = "it",
            ["image"] = image,
            ["imagePullPolicy"] = "Never",
            ["securityContext"] = new JsonObject
            {
                ["runAsNonRoot"] = true,
                ["readOnlyRootFilesystem"] = true,
                ["allowPrivilegeEscalation"] = false,
                ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
                ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
            },
        };
        if (command is not null) container["command"] = new JsonArray([.. command.Select(word => (JsonNode)word)]);
        foreach (var (key, value) in more ?? []) container[key] = value?.DeepClone();
        var spec = new JsonObject { ["restartPolicy"] = "Never", ["automountServiceAccountToken"] = false, ["containers"] = new JsonArray(container) };
        if (volumes is not null) spec["volumes"] = volumes;
        (await Api.CreatePod("default", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = spec })).Expect();
    }

    /// <summary>What a pod printed that runs to its end, and whether it succeeded.</summary>
    public async Task<(bool Succeeded, string Output)> Run(string name, string image, params string[] command)
    {
        await Start(name, image, command);
        var phase = "";
        await Eventually.Async(
            async () => (phase = (string?)(await Api.Get($"/api/v1/namespaces/default/pods/{name}")).Expect()["status"]?["phase"] ?? "") is "Succeeded" or "Failed",
            TimeSpan.FromSeconds(120),
            $"pod {name} has ended");
        return (phase == "Succeeded", await Cluster.Kubectl("logs", name));
    }

    /// <summary>Waits until a pod is ready.</summary>
    public Task Ready(string name) => Cluster.Kubectl("wait", "--for=condition=Ready", $"pod/{name}", "--timeout=120s");

    /// <summary>Runs a command in it.</summary>
    public Task<CommandResult> In(string name, params string[] command) => Cluster.TryKubectl(["exec", name, "--", .. command]);

    protected override async Task Prepare()
    {
        if (KitImages.Missing is not null) return;
        Folder = await KitImages.FolderAsync();
        await KitImages.LoadAsync("coral-agent", "coral-agent-debug", "coral-webhook", "coral-webhook-debug");
        await Eventually.Async(async () => (await Api.Get("/api/v1/namespaces/default/serviceaccounts/default")).Ok, TimeSpan.FromSeconds(60), "the namespace has its service account");
    }
}
