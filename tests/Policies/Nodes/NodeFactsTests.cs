using Coral.Policies.Nodes;
using static Coral.Policies.Tests.Nodes.Samples;

namespace Coral.Policies.Tests.Nodes;

public class NodeFactsTests
{
    private const string Raw = """
        {"metadata": {"name": "n1", "labels": {"kubernetes.io/os": "linux", "kubernetes.io/arch": "arm64"}, "resourceVersion": "1"},
         "spec": {"unschedulable": true, "taints": [{"key": "k", "value": "v", "effect": "NoSchedule", "timeAdded": null}, {"key": "k", "effect": "PreferNoSchedule"}]},
         "status": {"nodeInfo": {"kubeletVersion": "v1.36.3", "containerRuntimeVersion": "containerd://2.4.2", "operatingSystem": "linux", "architecture": "arm64", "bootID": "b1"},
                    "conditions": [{"type": "Ready", "lastHeartbeatTime": "2026-11-21T11:59:00Z"}]}}
        """;

    [Fact]
    public void A_node_is_read_whole()
    {
        var node = NodeFacts.Read(Json(Raw))!;

        Assert.Equal("n1", node.Name);
        Assert.Equal("arm64", node.Labels["kubernetes.io/arch"]);
        Assert.Equal([new Taint("k", "v", TaintEffect.NoSchedule), new Taint("k", "", TaintEffect.PreferNoSchedule)], node.Taints.ToArray());
        Assert.True(node is { Unschedulable: true, KubeletVersion: "v1.36.3", ContainerRuntimeVersion: "containerd://2.4.2", OperatingSystem: "linux", Architecture: "arm64", BootId: "b1", IsServerless: false });
        Assert.Equal(new KubernetesVersion(1, 36), node.Kubelet);
    }

    [Fact]
    public void A_heartbeat_makes_no_other_facts_and_a_change_does()
    {
        var node = NodeFacts.Read(Json(Raw));

        Assert.Equal(node, NodeFacts.Read(Json(Raw.Replace("11:59:00Z", "12:04:00Z", StringComparison.Ordinal).Replace("\"1\"", "\"2\"", StringComparison.Ordinal))));
        Assert.Equal(node!.GetHashCode(), NodeFacts.Read(Json(Raw))!.GetHashCode());
        foreach (var part in new[] { "\"n1\"", "arm64", "\"unschedulable\": true", "\"v\"", "\"k\"", "NoSchedule", "v1.36.3", "containerd://2.4.2", "b1" })
        {
            Assert.NotEqual(node, NodeFacts.Read(Json(Raw.Replace(part, part == "\"unschedulable\": true" ? "\"x\": 1" : part.StartsWith('"') ? "\"other\"" : "other", StringComparison.Ordinal))));
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"metadata": {"name": ""}}""")]
    [InlineData("""{"metadata": {"name": 7}}""")]
    public void A_node_without_a_name_is_none(string json) => Assert.Null(NodeFacts.Read(Json(json)));

    [Fact]
    public void Malformed_parts_count_as_absent()
    {
        var node = NodeFacts.Read(Json("""{"metadata": {"name": "n", "labels": {"a": 1, "b": "x"}}, "spec": {"unschedulable": "true", "taints": [7, null, {}, {"effect": "NoExecute"}]}, "status": []}"""))!;

        Assert.Equal("b", Assert.Single(node.Labels).Key);
        Assert.Equal(new Taint("", "", TaintEffect.NoExecute), Assert.Single(node.Taints));
        Assert.True(node is { Unschedulable: false, Kubelet: null, OperatingSystem: null, Architecture: null, BootId: null });
    }
}
