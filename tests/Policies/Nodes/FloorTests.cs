using Coral.Policies.Nodes;
using Coral.Policies.Selection;
using static Coral.Policies.Tests.Nodes.Samples;

namespace Coral.Policies.Tests.Nodes;

public class FloorTests
{
    private static readonly NodeFacts A = Node("a", "\"pool\": \"new\"");
    private static readonly NodeFacts B = Node("b", "\"pool\": \"old\"");

    [Fact]
    public void Minimal_is_proved_only_if_every_feasible_node_proves_it()
    {
        var floor = Index((A, ProvesMinimal("a")), (B, ProvesMinimal("b"))).FloorOf();

        Assert.True(floor is { ProvesMinimal: true, ProvesFull: true, ProvesSomething: true, FeasibleCount: 2, Reason: FloorReason.ProvedMinimal });
        Assert.Equal(["a", "b"], floor.SetBy.ToArray());
    }

    [Fact]
    public void One_node_that_proves_only_full_lowers_the_floor_to_full_and_is_named()
    {
        var floor = Index((A, ProvesMinimal("a")), (B, ProvesFull("b"))).FloorOf();

        Assert.True(floor is { ProvesMinimal: false, ProvesFull: true, ProvesSomething: true, Reason: FloorReason.ProvedFull });
        Assert.Equal(["b"], floor.SetBy.ToArray());
    }

    [Fact]
    public void One_node_that_needs_all_privileges_lowers_the_floor_below_both_variants()
    {
        var floor = Index((A, ProvesMinimal("a")), (B, ProvesPrivileged("b"))).FloorOf();

        Assert.True(floor is { ProvesMinimal: false, ProvesFull: false, ProvesSomething: true, Reason: FloorReason.ProvedPrivilegedOnly });
        Assert.Equal(["b"], floor.SetBy.ToArray());
    }

    [Fact]
    public void Nodes_that_prove_different_variants_prove_neither_together()
    {
        var floor = Index((A, Report("a", full: "denied")), (B, ProvesFull("b"))).FloorOf();

        Assert.True(floor is { ProvesMinimal: false, ProvesFull: false, ProvesSomething: true, Reason: FloorReason.ProvedPrivilegedOnly });
        Assert.Equal(["a", "b"], floor.SetBy.ToArray());
    }

    [Theory]
    [InlineData("ringbuf")]
    [InlineData("btf")]
    [InlineData("raw_tp")]
    [InlineData("tp_btf")]
    [InlineData("iter:task")]
    [InlineData("iter:tcp")]
    public void Each_of_the_six_facts_is_required(string fact)
    {
        var json = ReportJson("a").Replace($"\"{fact}\"", "\"renamed\"", StringComparison.Ordinal);

        Assert.True(Index((A, NodeReport.Read(Json(json)))).FloorOf() is { ProvesMinimal: false, ProvesFull: false, ProvesSomething: true });
    }

    [Theory]
    [InlineData("iter:task_file", true)]
    [InlineData("fentry", true)]
    [InlineData("kprobe", true)]
    [InlineData("ringbuf", false)]
    [InlineData("btf", false)]
    [InlineData("perf_event", false)]
    [InlineData("cgroup_skb", false)]
    [InlineData("connect4", false)]
    [InlineData("sock_ops", false)]
    [InlineData("anything", false)]
    public void Something_is_a_program_that_counts(string fact, bool proves)
    {
        var report = NodeReport.Read(Json($$"""{"node": "a", "expiresAt": "2026-11-21T12:25:00Z", "facts": {"{{fact}}": {"state": "ok"} } }"""));

        var floor = Index((A, report)).FloorOf();

        Assert.Equal(proves, floor.ProvesSomething);
        Assert.Equal(proves ? FloorReason.ProvedPrivilegedOnly : FloorReason.NothingProved, floor.Reason);
    }

    [Fact]
    public void One_old_node_among_a_hundred_lowers_and_a_selector_that_excludes_it_raises_again()
    {
        var nodes = Enumerable.Range(0, 100).Select(number => (Node($"new-{number:d3}", "\"pool\": \"new\""), (NodeReport?)ProvesMinimal($"new-{number:d3}"))).ToList();
        nodes.Add((Node("old", "\"pool\": \"old\"", kubelet: "v1.27.9"), ProvesNothing("old")));
        var index = Index([.. nodes]);

        var all = index.FloorOf();
        var selected = index.FloorOf("\"nodeSelector\": {\"pool\": \"new\"}");

        Assert.True(all is { ProvesSomething: false, Reason: FloorReason.NothingProved, FeasibleCount: 101 });
        Assert.Equal(["old"], all.SetBy.ToArray());
        Assert.Equal(new KubernetesVersion(1, 27), all.OldestKubelet);
        Assert.True(selected is { ProvesMinimal: true, Reason: FloorReason.ProvedMinimal, FeasibleCount: 100, SetBy.Length: 5 });
        Assert.Equal(new KubernetesVersion(1, 36), selected.OldestKubelet);
    }

    [Theory]
    [InlineData("not-needed", false)]
    [InlineData("needed", true)]
    [InlineData("unknown", true)]
    [InlineData("perhaps", true)]
    public void Memory_limits_may_be_in_the_way_unless_every_node_says_no(string second, bool expected) =>
        Assert.Equal(expected, Index((A, ProvesMinimal("a")), (B, Report("b", memlock: second))).FloorOf().MemlockMayBeNeeded);

    [Fact]
    public void Memory_limits_may_be_in_the_way_where_a_node_is_silent()
    {
        Assert.True(Index((A, ProvesMinimal("a")), (B, null)).FloorOf().MemlockMayBeNeeded);
        Assert.True(Index((A, NodeReport.Read(Json("""{"node": "a", "expiresAt": "2026-11-21T12:25:00Z"}""")))).FloorOf().MemlockMayBeNeeded);
        Assert.True(NodeIndex.Empty.FloorOf().MemlockMayBeNeeded);
    }

    [Fact]
    public void The_runtime_socket_is_told_only_where_all_agree()
    {
        Assert.Equal("/run/x.sock", Index((A, Report("a", socket: "/run/x.sock")), (B, Report("b", socket: "/run/x.sock"))).FloorOf().RuntimeSocket);
        Assert.Null(Index((A, Report("a", socket: "/run/x.sock")), (B, Report("b", socket: "/run/y.sock"))).FloorOf().RuntimeSocket);
        Assert.Null(Index((A, Report("a", socket: "/run/x.sock")), (B, Report("b", socket: ""))).FloorOf().RuntimeSocket);
        Assert.Null(Index((A, Report("a", socket: "/run/x.sock")), (B, null)).FloorOf().RuntimeSocket);
    }

    [Theory]
    [InlineData("\"type\": \"virtual-kubelet\"", "")]
    [InlineData("\"eks.amazonaws.com/compute-type\": \"fargate\"", "")]
    [InlineData("\"liqo.io/type\": \"virtual-node\"", "")]
    [InlineData("", """ "taints": [{"key": "virtual-kubelet.io/provider", "value": "azure", "effect": "NoSchedule"}] """)]
    [InlineData("", """ "taints": [{"key": "eks.amazonaws.com/compute-type", "value": "fargate", "effect": "NoSchedule"}] """)]
    public void A_serverless_node_proves_nothing_whatever_is_reported_for_it(string labels, string spec)
    {
        var floor = Index((A, ProvesMinimal("a")), (Node("s", labels, spec), ProvesMinimal("s"))).FloorOf("\"tolerations\": [{\"operator\": \"Exists\"}]");

        Assert.True(floor is { ProvesMinimal: false, ProvesSomething: false, Reason: FloorReason.ServerlessNode, FeasibleCount: 2 });
        Assert.Equal(["s"], floor.SetBy.ToArray());
    }

    [Fact]
    public void A_serverless_node_that_the_pod_does_not_tolerate_does_not_matter()
    {
        var virtualNode = Node("s", "\"type\": \"virtual-kubelet\"", """ "taints": [{"key": "virtual-kubelet.io/provider", "value": "azure", "effect": "NoSchedule"}] """);

        Assert.True(Index((A, ProvesMinimal("a")), (virtualNode, null)).FloorOf() is { ProvesMinimal: true, FeasibleCount: 1 });
    }

    [Fact]
    public void A_windows_node_is_never_feasible()
    {
        var windows = Node("w", "\"kubernetes.io/os\": \"windows\"", more: ", \"operatingSystem\": \"windows\"");
        var index = Index((A, ProvesMinimal("a")), (windows, null));

        Assert.True(index.FloorOf() is { ProvesMinimal: true, FeasibleCount: 1 });
        Assert.Equal(FloorReason.NoFeasibleNode, index.FloorOf("\"nodeSelector\": {\"kubernetes.io/os\": \"windows\"}").Reason);
        Assert.Equal(1, index.Count);
    }

    [Fact]
    public void The_exact_strategy_believes_only_pods_that_name_their_node()
    {
        var index = Index((A, ProvesMinimal("a")), (B, ProvesMinimal("b")));
        const string daemon = """
            "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["a"]}]}]}}}
            """;

        Assert.True(index.FloorOf(strategy: Strategy.Exact) is { ProvesMinimal: false, ProvesSomething: false, MemlockMayBeNeeded: true, Reason: FloorReason.NoReport, FeasibleCount: 2 });
        Assert.False(index.FloorOf("\"nodeSelector\": {\"pool\": \"new\"}", strategy: Strategy.Exact).ProvesMinimal);
        Assert.True(index.FloorOf(daemon, strategy: Strategy.Exact).ProvesMinimal);
        Assert.True(index.FloorOf("\"nodeName\": \"b\"", strategy: Strategy.Exact) is { ProvesMinimal: true, FeasibleCount: 1 });
        Assert.Equal(FloorReason.NoNodes, NodeIndex.Empty.FloorOf(strategy: Strategy.Exact).Reason);
        Assert.Equal(FloorReason.NoFeasibleNode, index.FloorOf("\"nodeSelector\": {\"pool\": \"none\"}", strategy: Strategy.Exact).Reason);
    }

    [Fact]
    public void A_pod_without_demands_costs_no_allocation()
    {
        var index = Index((A, ProvesMinimal("a")), (Node("cp", spec: """ "taints": [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}] """), null));
        var spec = Json("""
            {"containers": [{"name": "app", "image": "app"}], "nodeSelector": {}, "affinity": {}, "tolerations": [
             {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
             {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}]}
            """);
        var first = index.FloorFor(spec, default, Strategy.Common);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var call = 0; call < 100; call++) _ = index.FloorFor(spec, default, Strategy.Common);
        var after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(before, after);
        Assert.Same(first, index.FloorFor(spec, default, Strategy.Common));
        Assert.True(first.ProvesMinimal);
    }
}
