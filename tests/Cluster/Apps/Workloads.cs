using System.Text.Json.Nodes;

namespace Coral.Cluster.Tests.Real.Apps;

/// <summary>One workload of each kind in a namespace of each level, followed to its end.</summary>
internal static class Workloads
{
    private static readonly string[] Serving = ["Deployment", "StatefulSet", "DaemonSet"];

    private static readonly string[] Levels = ["privileged", "baseline", "restricted"];

    /// <summary>All levels at once: most of their time is waiting.</summary>
    public static Task RunAsync(InstalledCluster installed) => Task.WhenAll(Levels.Select(level => RunAsync(installed, level)));

    private static async Task RunAsync(InstalledCluster installed, string level)
    {
        var cluster = installed.Cluster;
        var ns = await installed.OptedInAsync(level);
        foreach (var kind in Serving.Concat(["Job", "CronJob"]))
        {
            var warnings = await cluster.Apply(App.Workload(kind, kind.ToLowerInvariant(), ns).ToJsonString());
            Assert.Contains($"pods of this {kind} get ", warnings, StringComparison.Ordinal);
        }

        await cluster.Kubectl("patch", "cronjob/cronjob", "-n", ns, "--subresource=status", "--type=merge", "-p", DueOnce.Status().ToJsonString());
        foreach (var kind in Serving) await cluster.Kubectl("rollout", "status", $"{kind.ToLowerInvariant()}/{kind.ToLowerInvariant()}", "-n", ns, "--timeout=180s");
        await cluster.Kubectl("wait", "--for=condition=Complete", "job/job", "-n", ns, "--timeout=180s");
        await Eventually.Async(
            async () => (await cluster.List("jobs", "-n", ns)).Any(job => (string?)job["metadata"]!["ownerReferences"]?[0]?["kind"] == "CronJob" && (int?)job["status"]?["succeeded"] == 1), TimeSpan.FromSeconds(180), "the job of the CronJob has completed");

        var pods = (await cluster.List("pods", "-n", ns)).Where(pod => (string?)pod["status"]!["phase"] is "Running" or "Succeeded").ToList();
        Assert.Equal(["CronJob", "DaemonSet", "Deployment", "Job", "StatefulSet"], pods.Select(pod => Maker(pod)).Distinct().Order(StringComparer.Ordinal));
        foreach (var pod in pods)
        {
            var name = (string)pod["metadata"]!["name"]!;
            var injected = Injected.Of(pod);
            Assert.True(injected is { Native: true, Variant: not null }, $"{name}: {injected}");
            if (level != "privileged") Assert.Equal("restricted", injected.Variant);
            if ((string?)pod["status"]!["phase"] == "Succeeded")
            {
                Assert.Equal((0, 0), (Pods.ExitCode(pod, "app"), Pods.ExitCode(pod, "coral-agent")));
                continue;
            }

            var told = await cluster.StatusAsync(pod);
            Assert.Equal(injected.Variant, told.GetProperty("variant").GetString());
            Assert.Empty(told.GetProperty("problems").EnumerateArray());
            Assert.Equal(0, (int)Pods.StatusOf(pod, "coral-agent")["restartCount"]!);
        }
    }

    // The name begins with that of its workload.
    private static string Maker(JsonNode pod) => (string?)pod["metadata"]!["labels"]?["app"] switch
    {
        "deployment" => "Deployment",
        "statefulset" => "StatefulSet",
        "daemonset" => "DaemonSet",
        "job" => "Job",
        "cronjob" => "CronJob",
        var other => $"nobody: {other}",
    };
}
