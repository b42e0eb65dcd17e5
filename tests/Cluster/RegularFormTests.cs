using System.Text.Json.Nodes;

namespace Coral.Cluster.Tests.Real;

/// <summary>The sidecar as a regular container: where a policy says so, as on nodes before Kubernetes 1.29.</summary>
[Collection(DefaultTests.Name)]
public sealed class RegularFormTests(DefaultCluster installed) : ClusterTests(installed)
{
    [ClusterTheory]
    [InlineData("privileged")]
    [InlineData("baseline")]
    [InlineData("restricted")]
    public async Task What_serves_runs_with_it_and_what_completes_stays_without(string level)
    {
        var ns = await installed.RegularAsync(level);
        foreach (var kind in new[] { "Deployment", "StatefulSet", "DaemonSet" })
        {
            var name = kind.ToLowerInvariant();
            await Cluster.Apply(App.Workload(kind, name, ns).ToJsonString());
            await Cluster.Kubectl("rollout", "status", $"{name}/{name}", "-n", ns, "--timeout=180s");
        }

        foreach (var kind in new[] { "Job", "CronJob" })
        {
            var warnings = await Cluster.Apply(App.Workload(kind, kind.ToLowerInvariant(), ns).ToJsonString());
            Assert.Contains("job-needs-native-sidecar", warnings, StringComparison.Ordinal);
        }

        // Its minute may be far; this is what the controller would do then.
        await Cluster.Kubectl("create", "job", "of-cronjob", "--from=cronjob/cronjob", "-n", ns);
        foreach (var job in new[] { "job", "of-cronjob" }) await Cluster.Kubectl("wait", "--for=condition=Complete", $"job/{job}", "-n", ns, "--timeout=180s");
        foreach (var pod in await Cluster.List("pods", "-n", ns))
        {
            var ends = (string?)pod["spec"]!["restartPolicy"] == "Never";
            Assert.False(Injected.Has(pod, "initContainers"));
            Assert.True(Injected.Has(pod) != ends, pod["metadata"]!.ToJsonString());
            if (!ends) Assert.Empty((await Cluster.StatusAsync(pod)).GetProperty("problems").EnumerateArray());
        }
    }
}
