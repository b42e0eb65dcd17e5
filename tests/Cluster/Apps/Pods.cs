using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coral.Cluster.Tests.Real.Apps;

/// <summary>Pods of a cluster, and waiting for them.</summary>
internal static class Pods
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    extension(TestCluster cluster)
    {
        /// <summary>What the pod would be, without making it.</summary>
        public async Task<JsonNode> TrialAsync(JsonObject pod)
        {
            var file = Path.GetTempFileName();
            try
            {
                await File.WriteAllTextAsync(file, pod.ToJsonString());
                return JsonNode.Parse(await cluster.Kubectl("create", "--dry-run=server", "-o", "json", "-f", file))!;
            }
            finally
            {
                File.Delete(file);
            }
        }

        /// <summary>Makes a pod and waits until it is ready; gives it as it is then, and the warnings of its creation.</summary>
        public async Task<(JsonNode Pod, string Warnings)> ReadyAsync(JsonObject pod)
        {
            var warnings = await cluster.Apply(pod.ToJsonString());
            var (name, ns) = ((string)pod["metadata"]!["name"]!, (string)pod["metadata"]!["namespace"]!);
            var waited = await cluster.Try("wait", "--for=condition=Ready", $"pod/{name}", "-n", ns, $"--timeout={Patience.TotalSeconds}s");
            Assert.True(waited.ExitCode == 0, $"{waited}\n{await cluster.Try("describe", "pod", name, "-n", ns)}\n{await cluster.Try("logs", name, "-n", ns, "--all-containers", "--prefix")}");
            return (await cluster.Get("pod", name, "-n", ns), warnings);
        }

        /// <summary>Makes a pod and waits until its containers have ended.</summary>
        public async Task<JsonNode> EndedAsync(JsonObject pod)
        {
            await cluster.Apply(pod.ToJsonString());
            JsonNode? found = null;
            try
            {
                return await Eventually.Async(
                    async () => (found = await cluster.Get("pod", (string)pod["metadata"]!["name"]!, "-n", (string)pod["metadata"]!["namespace"]!))["status"]?["phase"]?.GetValue<string>() is "Succeeded" or "Failed" ? found : null,
                    Patience,
                    "the pod has ended");
            }
            catch (TimeoutException e)
            {
                throw new TimeoutException($"{e.Message}: {found?["status"]?.ToJsonString()}", e);
            }
        }

        /// <summary>What a command prints in a container; without a container, in that which kubectl takes by itself.</summary>
        public Task<string> ExecAsync(JsonNode pod, string? container, params string[] command) =>
            cluster.Kubectl(["exec", (string)pod["metadata"]!["name"]!, "-n", (string)pod["metadata"]!["namespace"]!, .. container is null ? (string[])[] : ["-c", container], "--", .. command]);

        /// <summary>What the sidecar says of itself, once its trials are made.</summary>
        public async Task<JsonElement> StatusAsync(JsonNode pod)
        {
            JsonElement told = default;
            await Eventually.Async(
                async () => (told = JsonElement.Parse(await cluster.ExecAsync(pod, "coral-agent", "coral", "agent", "status", "-o", "json"))).GetProperty("state").GetString() == "ready", Patience, "the sidecar has made its trials");
            return told;
        }
    }

    /// <summary>The status of a container, native sidecars' too.</summary>
    public static JsonNode StatusOf(JsonNode pod, string container) =>
        new[] { "initContainerStatuses", "containerStatuses" }.SelectMany(list => pod["status"]![list]?.AsArray() ?? []).Single(status => (string?)status!["name"] == container)!;

    /// <summary>How a container ended; null while it runs.</summary>
    public static int? ExitCode(JsonNode pod, string container) => (int?)StatusOf(pod, container)["state"]?["terminated"]?["exitCode"];
}
