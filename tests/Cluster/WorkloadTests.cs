using System.Text.Json.Nodes;

namespace Coral.Cluster.Tests.Real;

/// <summary>Whatever runs pods runs them with the sidecar, and ends as it would without.</summary>
[Collection(DefaultTests.Name)]
public sealed class WorkloadTests(DefaultCluster installed) : ClusterTests(installed)
{
    [ClusterFact]
    public Task F2_each_kind_of_workload_runs_to_ready_or_complete_with_its_sidecar() => Workloads.RunAsync(installed);

    [ClusterFact]
    public async Task Pods_of_a_namespace_without_the_label_are_as_they_were()
    {
        var ns = await installed.NamespaceAsync("privileged");
        var (pod, warnings) = await Cluster.ReadyAsync(App.Pod("alone", ns));
        Assert.Null(Injected.Of(pod));
        Assert.False(Injected.Has(pod) || Injected.Has(pod, "initContainers"));
        Assert.Equal("", warnings);
    }
}
