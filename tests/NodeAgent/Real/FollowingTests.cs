using System.Text.Json.Nodes;
using Coral.Kubernetes;
using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.Collectors.Workloads;
using Coral.NodeAgent.Following;
using Coral.NodeAgent.Tests.Capabilities;
using Coral.NodeAgent.Tests.Following;
using Coral.NodeAgent.Tests.Journal;
using Coral.Testing.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>Pods of a real API server, followed with the agents' own account.</summary>
[Collection(AgentClusterTests.Name)]
public sealed class FollowingTests(AgentCluster cluster)
{
    [KitFact]
    public async Task A_pod_of_this_node_with_a_variant_that_it_does_not_prove_is_found_and_others_are_not()
    {
        using var client = new KubernetesClient(KubernetesConfig.Load(await cluster.ConfigOf("node-a")), TimeProvider.System, NullLoggerFactory.Instance);
        var journal = new RecordingJournal();
        var watch = new MismatchWatch(journal.Found);
        watch.Report(NodeCapabilityDocument.Report(Samples.Outcome("/nowhere", ("tp_btf", Samples.Ok, Samples.Denied, Samples.Ok))), "hash-1");
        using var stop = new CancellationTokenSource();
        var following = new PodFollower(client, "node-a", watch, null, TimeProvider.System, NullLogger.Instance).RunAsync(stop.Token);

        await Create("elsewhere", "node-b", "ebpf-minimal");
        await Create("held-up", "node-a", "ebpf-full");
        await Create("not-held-up", "node-a", "ebpf-minimal");
        await Eventually.Async(() => Task.FromResult(journal.Mismatches.Count > 0), TimeSpan.FromSeconds(60), "the pod is found");

        var found = Assert.Single(journal.Mismatches);
        Assert.Equal(("default", "not-held-up", "ebpf-minimal", "tp_btf", "hash-1"), (found.Pod.Namespace, found.Pod.Name, found.Variant, Assert.Single(found.Lacks), found.ReportHash));
        await stop.CancelAsync();
        await following;
    }

    [KitFact]
    public async Task Containers_of_this_node_have_their_names_as_soon_as_the_api_server_knows_them_and_others_have_none()
    {
        using var client = new KubernetesClient(KubernetesConfig.Load(await cluster.ConfigOf("node-a")), TimeProvider.System, NullLoggerFactory.Instance);
        var workloads = new WorkloadDirectory(TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var following = new PodFollower(client, "node-a", new MismatchWatch(_ => { }), workloads, TimeProvider.System, NullLogger.Instance).RunAsync(stop.Token);
        await Create("named", "node-a", "restricted");
        await Create("other", "node-b", "restricted");

        foreach (var name in new[] { "other", "named" })
        {
            var status = JsonNode.Parse($$"""{"status":{"containerStatuses":[{"name":"app","image":"app:1","imageID":"","ready":true,"restartCount":0,"containerID":"containerd://id-of-{{name}}"}] } }""")!;
            (await cluster.Api.Merge($"/api/v1/namespaces/default/pods/{name}/status", status)).Expect();
        }

        await Eventually.Async(() => Task.FromResult(workloads.Find(new(null, "id-of-named", null)) is not null), TimeSpan.FromSeconds(60), "the container is known");
        var found = workloads.Find(new(null, "id-of-named", null))!;
        Assert.Equal(("default", "named", "app", "app:1", "node-a"), (found.Namespace, found.Pod, found.Container, found.Image, found.Node));
        Assert.Equal(found.Pod, workloads.FindPod(new(null, null, found.PodUid))!.Pod);
        Assert.Null(workloads.Find(new(null, "id-of-other", null)));
        await stop.CancelAsync();
        await following;
    }

    private async Task Create(string name, string node, string variant)
    {
        var pod = PodSamples.Injected(variant);
        pod["metadata"] = new JsonObject { ["name"] = name };
        pod["spec"]!["nodeName"] = node;
        pod.AsObject().Remove("status");
        (await cluster.Api.CreatePod("default", pod)).Expect();
    }
}
