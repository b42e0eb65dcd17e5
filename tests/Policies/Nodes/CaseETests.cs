using Coral.Policies.Nodes;
using static Coral.Policies.Tests.Nodes.Samples;

namespace Coral.Policies.Tests.Nodes;

/// <summary>
/// Case E of the acceptance list, as far as it needs no cluster. E6 (a report that flips between the two webhook calls) belongs to the webhook,
/// and the refusals of E5 by the API server to the agent's own tests.
/// </summary>
public class CaseETests
{
    private static readonly NodeFacts A = Node("a");
    private static readonly NodeFacts B = Node("b");

    [Fact]
    public void E1_no_report_proves_nothing()
    {
        var floor = Index((A, ProvesMinimal("a")), (B, null)).FloorOf();

        Assert.True(floor is { ProvesMinimal: false, ProvesFull: false, ProvesSomething: false, Reason: FloorReason.NoReport });
        Assert.Equal(["b"], floor.SetBy.ToArray());
    }

    [Theory]
    [InlineData("2026-11-21T12:00:01Z", true)]
    [InlineData("2026-11-21T12:00:00Z", false)]
    [InlineData("2026-11-21T11:59:59.9Z", false)]
    [InlineData("2026-11-21T12:59:00+01:00", false)]
    [InlineData("2026-11-21T13:00:01+01:00", true)]
    [InlineData("2126-11-21T12:00:00", false)]
    [InlineData("2126-11-21", false)]
    [InlineData("tomorrow", false)]
    [InlineData("", false)]
    public void E1_a_stale_report_proves_nothing(string expiresAt, bool fresh)
    {
        var report = NodeReport.Read(Json(ReportJson("a").Replace("2026-11-21T12:25:00Z", expiresAt, StringComparison.Ordinal)))!;

        foreach (var origin in Enum.GetValues<ReportOrigin>())
        {
            var floor = NodeIndex.Build([A], [report], Now, origin).FloorOf();
            Assert.Equal(fresh ? FloorReason.ProvedMinimal : FloorReason.StaleReport, floor.Reason);
            Assert.Equal(fresh, floor.ProvesMinimal);
        }
    }

    [Theory]
    [InlineData(ReportOrigin.Cluster, FloorReason.StaleReport)]
    [InlineData(ReportOrigin.File, FloorReason.ProvedMinimal)]
    public void E1_a_report_without_an_expiry_is_believed_only_in_a_file(ReportOrigin origin, string expected)
    {
        var report = ProvesMinimal("a") with { ExpiresAt = null };

        Assert.Equal(expected, NodeIndex.Build([A], [report], Now, origin).FloorOf().Reason);
    }

    [Fact]
    public void E1_the_index_tells_when_the_next_report_expires()
    {
        var reports = new[] { ProvesMinimal("a") with { ExpiresAt = Now.AddMinutes(9) }, ProvesMinimal("b") with { ExpiresAt = Now.AddMinutes(3) }, ProvesMinimal("c") with { ExpiresAt = Now.AddMinutes(-1) } };

        var index = NodeIndex.Build([A, B, Node("c")], reports, Now, ReportOrigin.Cluster);

        Assert.Equal(Now.AddMinutes(3), index.NextExpiry);
        Assert.Equal(FloorReason.StaleReport, NodeIndex.Build([B], reports, Now.AddMinutes(3), ReportOrigin.Cluster).FloorOf().Reason);
        Assert.Null(NodeIndex.Build([A], [], Now, ReportOrigin.Cluster).NextExpiry);
        Assert.Null(NodeIndex.Empty.NextExpiry);
    }

    [Fact]
    public void E1_one_old_node_among_new_ones_sets_the_floor()
    {
        var floor = Index((A, ProvesMinimal("a")), (B, ProvesNothing("b")), (Node("c"), ProvesMinimal("c"))).FloorOf();

        Assert.True(floor is { ProvesMinimal: false, ProvesSomething: false, Reason: FloorReason.NothingProved, FeasibleCount: 3 });
        Assert.Equal(["b"], floor.SetBy.ToArray());
    }

    [Fact]
    public void E1_the_report_of_a_deleted_node_stands_for_nothing_in_a_cluster()
    {
        Assert.Equal(FloorReason.NoNodes, NodeIndex.Build([], [ProvesMinimal("gone")], Now, ReportOrigin.Cluster).FloorOf().Reason);
        Assert.Equal(1, NodeIndex.Build([A], [ProvesMinimal("a"), ProvesNothing("gone")], Now, ReportOrigin.Cluster).FloorOf().FeasibleCount);
    }

    [Fact]
    public void E1_a_report_without_its_node_is_a_plain_node_in_files()
    {
        var index = NodeIndex.Build([], [ProvesMinimal("recorded") with { Kubelet = new KubernetesVersion(1, 30) }], Now, ReportOrigin.File);

        Assert.True(index.FloorOf() is { ProvesMinimal: true, FeasibleCount: 1 });
        Assert.Equal(new KubernetesVersion(1, 30), index.FloorOf().OldestKubelet);
        Assert.Equal(FloorReason.NoFeasibleNode, index.FloorOf("\"nodeSelector\": {\"kubernetes.io/hostname\": \"recorded\"}").Reason);
        Assert.Equal(1, index.FloorOf("\"nodeName\": \"recorded\"").FeasibleCount);
    }

    [Fact]
    public void E1_the_report_of_a_cordoned_node_does_not_matter()
    {
        var cordoned = Node("b", spec: "\"unschedulable\": true");

        Assert.True(Index((A, ProvesMinimal("a")), (cordoned, ProvesNothing("b"))).FloorOf() is { ProvesMinimal: true, FeasibleCount: 1 });
        Assert.Equal(FloorReason.NoFeasibleNode, Index((cordoned, ProvesMinimal("b"))).FloorOf().Reason);
    }

    [Fact]
    public void E1_zero_nodes_prove_nothing()
    {
        var floor = NodeIndex.Empty.FloorOf();

        Assert.True(floor is { ProvesMinimal: false, ProvesFull: false, ProvesSomething: false, FeasibleCount: 0, OldestKubelet: null, Reason: FloorReason.NoNodes, SetBy.IsEmpty: true });
    }

    [Fact]
    public void E2_a_pod_that_names_its_node_has_the_floor_of_that_node()
    {
        var index = Index((A, ProvesMinimal("a")), (B, ProvesNothing("b")));

        Assert.True(index.FloorOf("\"nodeName\": \"a\"") is { ProvesMinimal: true, FeasibleCount: 1 });
        Assert.True(index.FloorOf("\"nodeName\": \"b\"") is { ProvesMinimal: false, FeasibleCount: 1 });
    }

    [Fact]
    public void E2_a_pod_that_names_an_unknown_node_has_no_floor()
    {
        var floor = Index((A, ProvesMinimal("a"))).FloorOf("\"nodeName\": \"elsewhere\"");

        Assert.True(floor is { ProvesMinimal: false, FeasibleCount: 0, Reason: FloorReason.NoFeasibleNode });
    }

    // As the DaemonSet controller of Kubernetes 1.36 writes it: the field, and tolerations for every condition of a node.
    [Theory]
    [InlineData("a", FloorReason.ProvedMinimal)]
    [InlineData("b", FloorReason.NothingProved)]
    public void E2_a_daemon_pod_follows_its_own_node_even_if_it_is_cordoned(string node, string expected)
    {
        var cordoned = """ "unschedulable": true, "taints": [{"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}] """;
        var index = Index((Node("a", spec: cordoned), ProvesMinimal("a")), (B, ProvesNothing("b")));

        var floor = index.FloorOf(
            $$$"""
            "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
              {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["{{{node}}}"]}]}]} } },
            "tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute"},
              {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute"},
              {"key": "node.kubernetes.io/disk-pressure", "operator": "Exists", "effect": "NoSchedule"},
              {"key": "node.kubernetes.io/memory-pressure", "operator": "Exists", "effect": "NoSchedule"},
              {"key": "node.kubernetes.io/pid-pressure", "operator": "Exists", "effect": "NoSchedule"},
              {"key": "node.kubernetes.io/unschedulable", "operator": "Exists", "effect": "NoSchedule"}]
            """);

        Assert.Equal(expected, floor.Reason);
        Assert.Equal(1, floor.FeasibleCount);
    }

    [Fact]
    public void E2_selectors_and_taints_narrow_the_set()
    {
        var index = Index(
            (Node("old", "\"pool\": \"old\""), ProvesNothing("old")),
            (Node("new", "\"pool\": \"new\""), ProvesMinimal("new")),
            (Node("gpu", "\"pool\": \"new\"", """ "taints": [{"key": "gpu", "effect": "NoSchedule"}] """), ProvesFull("gpu")));

        Assert.Equal(FloorReason.NothingProved, index.FloorOf().Reason);
        Assert.Equal(FloorReason.ProvedMinimal, index.FloorOf("\"nodeSelector\": {\"pool\": \"new\"}").Reason);
        Assert.Equal(FloorReason.ProvedFull, index.FloorOf("\"nodeSelector\": {\"pool\": \"new\"}, \"tolerations\": [{\"key\": \"gpu\", \"operator\": \"Exists\"}]").Reason);
    }

    [Theory]
    [InlineData("v1.34.2-eks-b3126f4", 34)]
    [InlineData("v1.30.0+k3s1", 30)]
    [InlineData("v1.28.9-gke.1000", 28)]
    [InlineData("1.29", 29)]
    [InlineData("", null)]
    [InlineData("unknown", null)]
    public void E3_vendor_kubelet_strings_are_read_and_unknown_ones_say_nothing(string kubelet, int? minor)
    {
        var floor = Index((Node("a", kubelet: kubelet), ProvesMinimal("a"))).FloorOf();

        Assert.Equal(minor is { } known ? new KubernetesVersion(1, known) : null, floor.OldestKubelet);
    }

    [Theory]
    [InlineData("5.14.0-427.el9")]
    [InlineData("6.8.0-gke")]
    [InlineData("3.10.0-1160.el7.x86_64")]
    [InlineData("")]
    public void E3_the_kernels_number_never_decides(string release)
    {
        var proved = ProvesMinimal("a") with { Release = release };
        var refused = ProvesNothing("a") with { Release = release };

        Assert.Equal(FloorReason.ProvedMinimal, Index((A, proved)).FloorOf().Reason);
        Assert.Equal(FloorReason.NothingProved, Index((A, refused)).FloorOf().Reason);
    }

    [Theory]
    [InlineData("no BTF", "\"btf\": {\"state\": \"absent\", \"minimal\": {\"state\": \"absent\"}, \"full\": {\"state\": \"absent\"}}", FloorReason.ProvedPrivilegedOnly)]
    [InlineData("minimal's capabilities don't suffice", "\"tp_btf\": {\"state\": \"ok\", \"minimal\": {\"state\": \"denied\", \"errno\": 1}, \"full\": {\"state\": \"ok\"}}", FloorReason.ProvedFull)]
    [InlineData("lockdown", "\"iter:tcp\": {\"state\": \"error\", \"errno\": 22, \"minimal\": {\"state\": \"error\"}, \"full\": {\"state\": \"error\"}}", FloorReason.ProvedPrivilegedOnly)]
    [InlineData("said only as the process is", "\"raw_tp\": {\"state\": \"ok\"}", FloorReason.ProvedPrivilegedOnly)]
    public void E4_a_new_kernel_that_refuses_is_lowered(string why, string fact, string expected)
    {
        var name = fact[..(fact.IndexOf('"', 1) + 1)];
        var json = ReportJson("a").Replace(name, $"{fact}, \"was-{name[1..]}", StringComparison.Ordinal).Replace("\"system\": {", "\"system\": {\"release\": \"6.18.0\", ", StringComparison.Ordinal);

        Assert.True(expected == Index((A, NodeReport.Read(Json(json)))).FloorOf().Reason, why);
    }

    // perf_event_paranoid, and what a process without capabilities may not do, decide which collectors there are, not which variant.
    [Theory]
    [InlineData("\"perf_event_sw\": {\"state\": \"denied\", \"errno\": 13, \"minimal\": {\"state\": \"denied\"}, \"full\": {\"state\": \"ok\"}}")]
    [InlineData("\"kprobe\": {\"state\": \"denied\", \"errno\": 1, \"minimal\": {\"state\": \"denied\"}, \"full\": {\"state\": \"denied\"}}")]
    [InlineData("\"connect4\": {\"state\": \"error\", \"errno\": 22, \"minimal\": {\"state\": \"error\"}, \"full\": {\"state\": \"error\"}}")]
    public void E4_what_the_variants_do_not_need_lowers_nothing(string fact)
    {
        var json = ReportJson("a").Replace("\"facts\": {", $"\"facts\": {{{fact},", StringComparison.Ordinal);

        Assert.Equal(FloorReason.ProvedMinimal, Index((A, NodeReport.Read(Json(json)))).FloorOf().Reason);
    }

    // Unprivileged BPF off, or a seccomp profile that refuses bpf(): each trial under the variants' own capabilities fails, though the agent's succeed.
    [Fact]
    public void E4_what_only_the_agent_may_do_is_not_a_variants()
    {
        var floor = Index((A, Report("a", asIs: "ok", minimal: "denied", full: "denied"))).FloorOf();

        Assert.True(floor is { ProvesMinimal: false, ProvesFull: false, ProvesSomething: true, Reason: FloorReason.ProvedPrivilegedOnly });
    }

    [Fact]
    public void E5_a_report_for_another_node_is_passed_over_in_a_cluster()
    {
        var forged = NodeReport.Read(Json(ReportJson("b").Replace("\"metadata\": {\"name\": \"b\"}", "\"metadata\": {\"name\": \"a\"}", StringComparison.Ordinal)))!;

        Assert.Equal(FloorReason.NoReport, NodeIndex.Build([B], [forged], Now, ReportOrigin.Cluster).FloorOf().Reason);
        Assert.Equal(FloorReason.ProvedMinimal, NodeIndex.Build([B], [ProvesMinimal("b"), forged with { Facts = [] }], Now, ReportOrigin.Cluster).FloorOf().Reason);
        Assert.Equal(FloorReason.ProvedMinimal, NodeIndex.Build([B], [forged], Now, ReportOrigin.File).FloorOf().Reason);
    }

    [Theory]
    [InlineData("boot-2", FloorReason.ProvedMinimal)]
    [InlineData("boot-1", FloorReason.StaleReport)]
    [InlineData("", FloorReason.StaleReport)]
    [InlineData(null, FloorReason.ProvedMinimal)]
    public void E5_a_report_of_another_boot_is_stale(string? bootId, string expected)
    {
        var node = Node("a", more: ", \"bootID\": \"boot-2\"");

        Assert.Equal(expected, Index((node, ProvesMinimal("a") with { BootId = bootId })).FloorOf().Reason);
        Assert.Equal(FloorReason.ProvedMinimal, NodeIndex.Build([node], [ProvesMinimal("a") with { BootId = bootId }], Now, ReportOrigin.File).FloorOf().Reason);
    }

    // An old report, written again: its expiry has not moved, or its boot is over. Either way the node counts as silent until its agent speaks.
    [Fact]
    public void E5_a_replayed_report_lowers()
    {
        var indexer = new NodeIndexer();
        var node = KeyValuePair.Create("a", Json("""{"metadata": {"name": "a"}, "status": {"nodeInfo": {"bootID": "boot-2"} } }"""));
        string Reason(string report) => indexer.Update([node], [KeyValuePair.Create("a", Json(report))], Now).FloorOf().Reason;
        var fresh = ReportJson("a").Replace("{\"metadata\"", "{\"bootId\": \"boot-2\", \"metadata\"", StringComparison.Ordinal);

        Assert.Equal(FloorReason.ProvedMinimal, Reason(fresh));
        Assert.Equal(FloorReason.StaleReport, Reason(fresh.Replace("2026-11-21T12:25:00Z", "2026-11-21T11:58:00Z", StringComparison.Ordinal)));
        Assert.Equal(FloorReason.ProvedMinimal, Reason(fresh));
        Assert.Equal(FloorReason.StaleReport, Reason(fresh.Replace("boot-2", "boot-1", StringComparison.Ordinal)));
    }

    // A report of before the last change, still unexpired, written over the new one: by its generation it is older than what was believed already.
    [Fact]
    public void E5_an_older_report_of_the_same_boot_is_not_believed_again()
    {
        var reports = new Reports();

        Assert.Equal(FloorReason.ProvedMinimal, reports.Say(generation: 3, expires: 20));
        Assert.Equal(FloorReason.NothingProved, reports.Say(generation: 4, expires: 25, proves: "absent"));
        Assert.Equal(FloorReason.StaleReport, reports.Say(generation: 3, expires: 20));
        Assert.Equal(FloorReason.NothingProved, reports.Say(generation: 4, expires: 25, proves: "absent"));
    }

    [Fact]
    public void E5_an_older_report_that_proves_less_is_as_stale()
    {
        var reports = new Reports();

        Assert.Equal(FloorReason.ProvedMinimal, reports.Say(generation: 4, expires: 25));
        Assert.Equal(FloorReason.StaleReport, reports.Say(generation: 3, expires: 20, proves: "absent"));
    }

    // A restored backup, an object that was deleted, a renewal of the same proofs: nothing that an honest agent meets keeps its node down.
    [Fact]
    public void E5_an_agent_that_goes_on_from_a_lower_generation_is_believed()
    {
        var reports = new Reports();
        Assert.Equal(FloorReason.ProvedMinimal, reports.Say(generation: 7, expires: 10));
        Assert.Equal(FloorReason.StaleReport, reports.Say(generation: 5, expires: 5));
        Assert.Equal(FloorReason.ProvedMinimal, reports.Say(generation: 5, expires: 15));
        Assert.Equal(FloorReason.ProvedMinimal, reports.Say(generation: 5, expires: 14));

        Assert.Equal(FloorReason.ProvedMinimal, reports.Say(generation: 1, expires: 13, uid: "new"));
        reports.Say(generation: 9, expires: 20, uid: "new");
        reports.Gone();
        Assert.Equal(FloorReason.ProvedMinimal, reports.Say(generation: 1, expires: 19, uid: "new"));
    }

    [Fact]
    public void E5_what_is_not_believed_is_not_remembered()
    {
        var reports = new Reports();

        Assert.Equal(FloorReason.StaleReport, reports.Say(generation: 1_000, expires: 60 * 24 * 365));
        Assert.Equal(FloorReason.ProvedMinimal, reports.Say(generation: 2, expires: 20));
    }

    // Whoever writes one report would otherwise be believed for as long as he likes.
    [Theory]
    [InlineData("2026-11-21T12:35:00Z", FloorReason.ProvedMinimal)]
    [InlineData("2026-11-21T12:35:01Z", FloorReason.StaleReport)]
    [InlineData("2126-11-21T12:00:00Z", FloorReason.StaleReport)]
    [InlineData("9999-12-31T23:59:59Z", FloorReason.StaleReport)]
    [InlineData("0001-01-01T00:00:00Z", FloorReason.StaleReport)]
    public void E5_a_report_that_expires_later_than_agents_let_theirs_is_not_believed_in_a_cluster(string expiresAt, string expected)
    {
        var report = NodeReport.Read(Json(ReportJson("a").Replace("2026-11-21T12:25:00Z", expiresAt, StringComparison.Ordinal)))!;

        Assert.Equal(expected, NodeIndex.Build([A], [report], Now, ReportOrigin.Cluster).FloorOf().Reason);
        if (expiresAt[0] != '0') Assert.Equal(FloorReason.ProvedMinimal, NodeIndex.Build([A], [report], Now, ReportOrigin.File).FloorOf().Reason);
    }

    [Theory]
    [InlineData("2026-11-21T12:05:00Z", FloorReason.ProvedMinimal)]
    [InlineData("2026-11-21T12:05:01Z", FloorReason.StaleReport)]
    [InlineData("9999-12-31T23:59:59Z", FloorReason.StaleReport)]
    [InlineData("0001-01-01T00:00:00Z", FloorReason.ProvedMinimal)]
    public void E5_a_report_from_the_future_is_not_believed_in_a_cluster(string observedAt, string expected)
    {
        var report = NodeReport.Read(Json(ReportJson("a").Replace("2026-11-21T11:55:00Z", observedAt, StringComparison.Ordinal)))!;

        Assert.Equal(expected, NodeIndex.Build([A], [report], Now, ReportOrigin.Cluster).FloorOf().Reason);
    }

    // A node whose clock is ten minutes ahead counts again once the difference is within reach.
    [Fact]
    public void E5_a_clock_that_is_ahead_costs_no_more_than_its_lead()
    {
        var report = ReportJson("a").Replace("11:55:00Z", "12:10:00Z", StringComparison.Ordinal).Replace("12:25:00Z", "12:40:00Z", StringComparison.Ordinal);
        var indexer = new NodeIndexer();
        indexer.SetNode("a", Json("""{"metadata": {"name": "a"}}"""));
        indexer.SetReport("a", Json(report));

        Assert.Equal((FloorReason.StaleReport, Now.AddMinutes(5)), (indexer.Update(Now).FloorOf().Reason, indexer.Current.NextExpiry));
        Assert.Equal((FloorReason.ProvedMinimal, Now.AddMinutes(40)), (indexer.Update(Now.AddMinutes(5)).FloorOf().Reason, indexer.Current.NextExpiry));
    }

    [Fact]
    public void E5_ten_thousand_nodes_are_one_index()
    {
        var nodes = Enumerable.Range(0, 10_000).Select(number => Node($"n{number:d5}", $"\"kubernetes.io/hostname\": \"n{number:d5}\", \"pool\": \"p{number % 3}\"")).ToList();
        var reports = nodes.Select(node => node.Name == "n07777" ? ProvesFull(node.Name) : ProvesMinimal(node.Name));
        var index = NodeIndex.Build(nodes, reports, Now, ReportOrigin.Cluster);

        Assert.True(index.FloorOf() is { FeasibleCount: 10_000, Reason: FloorReason.ProvedFull, SetBy: ["n07777"] });
        Assert.True(index.FloorOf("\"nodeSelector\": {\"pool\": \"p0\"}") is { FeasibleCount: 3_334, ProvesMinimal: true });
        Assert.Equal(["n09999"], index.FloorOf("\"nodeSelector\": {\"kubernetes.io/hostname\": \"n09999\"}").SetBy.ToArray());
    }

    /// <summary>One node's reports as an API server would tell them; expiries in minutes from now.</summary>
    private sealed class Reports
    {
        private readonly NodeIndexer indexer = new();

        public Reports() => indexer.SetNode("a", Json("""{"metadata": {"name": "a"}}"""));

        public string Say(int generation, int expires, string proves = "ok", string uid = "first")
        {
            var report = ReportJson("a", proves, proves, proves)
                .Replace("2026-11-21T12:25:00Z", $"{Now.AddMinutes(expires):yyyy-MM-ddTHH:mm:ssZ}", StringComparison.Ordinal)
                .Replace("{\"metadata\": {\"name\": \"a\"}", $"{{\"generation\": {generation}, \"metadata\": {{\"name\": \"a\", \"uid\": \"{uid}\"}}", StringComparison.Ordinal);
            indexer.SetReport("a", Json(report));
            return indexer.Update(Now).FloorOf().Reason;
        }

        public void Gone()
        {
            indexer.SetReport("a", default);
            Assert.Equal(FloorReason.NoReport, indexer.Update(Now).FloorOf().Reason);
        }
    }
}
