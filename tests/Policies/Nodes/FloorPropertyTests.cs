using System.Text.Json.Nodes;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;
using FsCheck;
using FsCheck.Fluent;
using static Coral.Policies.Tests.Nodes.Samples;

namespace Coral.Policies.Tests.Nodes;

public class FloorPropertyTests
{
    [Fact]
    public void The_index_agrees_with_a_walk_over_all_nodes() => ForAnySeed(2_000, seed =>
    {
        var cluster = new RandomCluster(seed);
        var (nodes, reports, index) = Build(cluster, most: seed % 10 == 0 ? 300 : 12);
        for (var pod = 0; pod < 5; pod++)
        {
            var spec = cluster.Pod(valid: false);
            Same(Naive(spec, nodes, reports), Floor(index, spec), seed);
        }
    });

    [Fact]
    public void Another_node_never_raises_the_floor() => ForAnySeed(2_000, seed =>
    {
        var cluster = new RandomCluster(seed);
        var (nodes, reports, index) = Build(cluster, most: 8);
        var node = cluster.Node("new");
        var more = reports.Append(cluster.Report("new")).OfType<NodeReport>();
        var larger = NodeIndex.Build([.. nodes.Select(Read), Read(node)], more, Now, ReportOrigin.Cluster);
        for (var pod = 0; pod < 5; pod++)
        {
            var spec = cluster.Pod(valid: false);
            var before = Floor(index, spec);
            var after = Floor(larger, spec);

            // With no feasible node nothing is proved, so the first one may raise.
            if (before.FeasibleCount == 0) continue;
            Assert.True(!after.ProvesMinimal || before.ProvesMinimal, $"seed {seed}");
            Assert.True(!after.ProvesFull || before.ProvesFull, $"seed {seed}");
            Assert.True(!after.ProvesSomething || before.ProvesSomething, $"seed {seed}");
            Assert.True(after.MemlockMayBeNeeded || !before.MemlockMayBeNeeded, $"seed {seed}");
            Assert.True(after.RuntimeSocket is null || after.RuntimeSocket == before.RuntimeSocket, $"seed {seed}");
            Assert.True(before.OldestKubelet is not { } old || after.OldestKubelet <= old, $"seed {seed}");
        }
    });

    [Fact]
    public void A_second_report_of_a_node_never_raises_the_floor() => ForAnySeed(1_000, seed =>
    {
        var cluster = new RandomCluster(seed);
        var (nodes, reports, index) = Build(cluster, most: 6);
        if (reports.Count == 0) return;
        var second = cluster.Report(reports[0].Node);
        var after = Floor(NodeIndex.Build(nodes.Select(Read), reports.Append(second).OfType<NodeReport>(), Now, ReportOrigin.Cluster), []);
        var before = Floor(index, []);
        Assert.True((!after.ProvesMinimal || before.ProvesMinimal) && (!after.ProvesFull || before.ProvesFull) && (!after.ProvesSomething || before.ProvesSomething), $"seed {seed}");
    });

    [Fact]
    public void The_order_of_nodes_and_reports_does_not_matter() => ForAnySeed(1_000, seed =>
    {
        var cluster = new RandomCluster(seed);
        var (nodes, reports, index) = Build(cluster, most: 12);
        var twice = reports.Concat(reports.Select(report => cluster.Report(report.Node)).OfType<NodeReport>()).ToList();
        foreach (var origin in Enum.GetValues<ReportOrigin>())
        {
            var one = NodeIndex.Build(nodes.Select(Read), twice, Now, origin);
            var shuffle = new Random(seed);
            var other = NodeIndex.Build(nodes.Select(Read).OrderBy(_ => shuffle.Next()).ToList(), twice.OrderBy(_ => shuffle.Next()).ToList(), Now, origin);
            var spec = cluster.Pod(valid: false);
            Same(Floor(one, spec), Floor(other, spec), seed);
            Same(Floor(one, []), Floor(other, []), seed);
            Assert.Equal(one.NextExpiry, other.NextExpiry);
        }
    });

    private static void ForAnySeed(int times, Action<int> holds) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(times), Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), holds));

    private static (List<JsonObject> Nodes, List<NodeReport> Reports, NodeIndex Index) Build(RandomCluster cluster, int most)
    {
        var nodes = cluster.Nodes(most);
        var reports = nodes.Select(node => cluster.Report(node["metadata"]!["name"]!.GetValue<string>())).OfType<NodeReport>().ToList();
        return (nodes, reports, NodeIndex.Build(nodes.Select(Read), reports, Now, ReportOrigin.Cluster));
    }

    private static NodeFacts Read(JsonObject node) => NodeFacts.Read(Json(node.ToJsonString()))!;

    private static Floor Floor(NodeIndex index, JsonObject spec) => index.FloorFor(Json(spec.ToJsonString()), default, Strategy.Common);

    private static void Same(Floor expected, Floor actual, int seed)
    {
        Assert.True(expected with { SetBy = actual.SetBy } == actual, $"seed {seed}: expected {expected}, got {actual}");
        Assert.True(expected.SetBy.SequenceEqual(actual.SetBy), $"seed {seed}: expected [{string.Join(", ", expected.SetBy)}], got [{string.Join(", ", actual.SetBy)}]");
    }

    private static Floor Naive(JsonObject spec, List<JsonObject> nodes, List<NodeReport> reports)
    {
        var feasible = nodes.Where(node => NaiveScheduler.Fits(spec, node)).Select(Read).OrderBy(node => node.Name, StringComparer.Ordinal).ToList();
        if (feasible.Count == 0) return new Floor { Reason = nodes.Select(Read).All(node => node.OperatingSystem == "windows") ? FloorReason.NoNodes : FloorReason.NoFeasibleNode };
        var standing = feasible.Select(node => (node.Name, Report: reports.SingleOrDefault(report => report.Node == node.Name), node.IsServerless)).ToList();
        var missing = standing.Where(node => node.Report is null && !node.IsServerless).ToList();
        var stale = standing.Where(node => node.Report is { } report && !node.IsServerless && !(report.ExpiresAt > Now)).ToList();
        var fresh = standing.Where(node => node.Report is { } report && !node.IsServerless && report.ExpiresAt > Now).ToList();
        bool All(Func<NodeReport, bool> holds) => fresh.Count == standing.Count && fresh.All(node => holds(node.Report!));
        var (minimal, full, something) = (All(report => report.ProvesMinimal), All(report => report.ProvesFull), All(report => report.ProvesSomething));
        var (reason, setBy) =
            minimal ? (FloorReason.ProvedMinimal, standing)
            : full ? (FloorReason.ProvedFull, standing.Where(node => !node.Report!.ProvesMinimal))
            : something ? (FloorReason.ProvedPrivilegedOnly, standing.Where(node => !(node.Report!.ProvesMinimal && node.Report.ProvesFull)))
            : standing.Exists(node => node.IsServerless) ? (FloorReason.ServerlessNode, standing.Where(node => node.IsServerless))
            : missing.Count > 0 ? (FloorReason.NoReport, missing)
            : stale.Count > 0 ? (FloorReason.StaleReport, stale)
            : (FloorReason.NothingProved, (IEnumerable<(string Name, NodeReport? Report, bool IsServerless)>)fresh.Where(node => !node.Report!.ProvesSomething));
        var kubelets = feasible.Select(node => node.Kubelet).OfType<KubernetesVersion>().ToList();
        return new Floor
        {
            ProvesMinimal = minimal,
            ProvesFull = full,
            ProvesSomething = something,
            MemlockMayBeNeeded = !All(report => report.Memlock == MemlockState.NotNeeded),
            OldestKubelet = kubelets.Count > 0 ? kubelets.Min() : null,
            FeasibleCount = feasible.Count,
            SetBy = [.. setBy.Take(5).Select(node => node.Name)],
            Reason = reason,
            RuntimeSocket = fresh.Count == standing.Count && fresh.Select(node => node.Report!.RuntimeSocket).Distinct().Count() == 1 ? fresh[0].Report!.RuntimeSocket : null,
        };
    }
}
