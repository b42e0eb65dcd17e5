using System.Text.Json;
using Coral.Audit.Events;
using Coral.NodeAgent.Collectors.Workloads;
using Coral.NodeAgent.Following;

namespace Coral.NodeAgent.Tests.Collectors.Workloads;

public sealed class PodIdentityTests
{
    private static readonly Workload Web = new()
    {
        Namespace = "shop",
        Pod = "web-6d5f7c9b4-u1",
        PodUid = "u1",
        Container = "app",
        ContainerId = "c2",
        Image = "registry.test/web:1.4",
        Node = "node-a",
        OwnerKind = "deployment",
        Owner = "web",
    };

    [Fact]
    public void Containers_of_all_kinds_are_known_and_the_one_before_a_restart_too()
    {
        var identity = PodIdentity.Read(Pods.Pod("u1", "c2", before: "c1", sidecar: "c3", debug: "c4"))!;

        Assert.Equal(
            [Web with { ContainerId = "c1" }, Web, Web with { Container = "side", Image = "side:1", ContainerId = "c3" }, Web with { Container = "debug", Image = "busybox", ContainerId = "c4" }],
            identity.Containers.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value));
    }

    [Fact]
    public void What_is_kept_of_a_pod_says_the_same()
    {
        var pod = Pods.Pod("u1", "c2", before: "c1", sidecar: "c3", debug: "c4");
        var kept = new PodTrim(withNames: true).Trim(pod);

        var (whole, trimmed) = (PodIdentity.Read(pod)!, PodIdentity.Read(kept)!);
        Assert.Equal(whole.Containers.Order(Comparer<KeyValuePair<string, Workload>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key))), trimmed.Containers.Order(Comparer<KeyValuePair<string, Workload>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key))));
        Assert.Equal(whole.Pod, trimmed.Pod);
    }

    [Fact]
    public void A_static_pod_is_known_by_the_hash_that_stands_in_its_paths() =>
        Assert.Equal("abc", PodIdentity.Read(Json("""{"metadata":{"uid":"u","name":"etcd","annotations":{"kubernetes.io/config.hash":"abc"}}}"""))!.StaticHash);

    [Theory]
    [InlineData("ReplicaSet", "web-6d5f7c9b4", "6d5f7c9b4", "deployment", "web")]
    [InlineData("ReplicaSet", "web-6d5f7c9b4", "other", "replicaset", "web-6d5f7c9b4")]
    [InlineData("ReplicaSet", "web", null, "replicaset", "web")]
    [InlineData("StatefulSet", "db", null, "statefulset", "db")]
    [InlineData("DaemonSet", "log", "6d5f7c9b4", "daemonset", "log")]
    [InlineData("Job", "once", null, "job", "once")]
    [InlineData("Job", "nightly-29312345", null, "cronjob", "nightly")]
    [InlineData("Job", "import-2931234", null, "job", "import-2931234")]
    [InlineData("Rollout", "web", null, "rollout", "web")]
    public void The_workload_is_told_by_the_owner(string kind, string name, string? hash, string expectedKind, string expectedName) =>
        Assert.Equal((expectedKind, expectedName), PodOwner.Of(Json($$"""{"ownerReferences":[{"kind":"{{kind}}","name":"{{name}}","controller":true}],"labels":{"pod-template-hash":"{{hash}}"} }""")));

    [Fact]
    public void A_pod_alone_and_one_whose_owner_does_not_control_it_have_none()
    {
        Assert.Equal((null, null), PodOwner.Of(Json("{}")));
        Assert.Equal((null, null), PodOwner.Of(Json("""{"ownerReferences":[{"kind":"Job","name":"a"}]}""")));
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
