using System.Text.Json;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;
using FsCheck;
using FsCheck.Fluent;
using static Coral.Policies.Tests.Nodes.Samples;

namespace Coral.Policies.Tests.Nodes;

public class NodeIndexerTests
{
    private const int Many = 5_000;

    private readonly Dictionary<string, JsonElement> nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> reports = new(StringComparer.Ordinal);
    private readonly NodeIndexer indexer = new();

    // Nodes come, go and change, reports too, some expire, several at once; after each step the index must say what one made from nothing says.
    [Fact]
    public void After_any_changes_the_index_is_the_one_that_a_build_gives() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), (int seed) =>
        {
            var (cluster, random, following) = (new RandomCluster(seed), new Random(seed), new NodeIndexer());
            var (raw, told, now) = (new Dictionary<string, JsonElement>(StringComparer.Ordinal), new Dictionary<string, JsonElement>(StringComparer.Ordinal), Now);
            var size = seed % 20 == 0 ? 200 : 15;
            for (var step = 0; step < 25; step++)
            {
                var changed = new HashSet<string>(StringComparer.Ordinal);
                for (var change = random.Next(step == 0 ? size : 4); change >= 0; change--)
                {
                    var name = $"n{random.Next(size):d3}";
                    changed.Add(name);
                    if (random.Next(4) == 0) raw.Remove(name);
                    else raw[name] = Json(cluster.Node(name).ToJsonString());
                    if (random.Next(4) == 0) told.Remove(name);
                    else told[name] = Json(RandomReport(random, name, now));
                }

                now = now.AddMinutes(random.Next(3));
                foreach (var name in random.Next(2) == 0 ? changed : [])
                {
                    following.SetNode(name, raw.GetValueOrDefault(name));
                    following.SetReport(name, told.GetValueOrDefault(name));
                    changed = [];
                }

                var index = changed.Count == 0 ? following.Update(now) : following.Update(raw, told, now);
                var built = NodeIndex.Build(raw.Values.Select(node => NodeFacts.Read(node)!), told.Values.Select(report => NodeReport.Read(report)!), now, ReportOrigin.Cluster);
                Assert.Equal((built.Count, built.NextExpiry), (index.Count, index.NextExpiry));
                for (var pod = 0; pod < 4; pod++)
                {
                    var spec = Json((pod == 0 ? [] : cluster.Pod(valid: false)).ToJsonString());
                    foreach (var strategy in Enum.GetValues<Strategy>()) Same(built.FloorFor(spec, default, strategy), index.FloorFor(spec, default, strategy), $"seed {seed}, step {step}");
                }
            }
        }));

    [Fact]
    public void A_change_of_one_node_reads_and_indexes_that_node_alone()
    {
        Fill();
        var before = indexer.Update(nodes, reports, Now);
        Assert.Equal((Many * 2, 1), (indexer.ObjectsRead, indexer.Rebuilds));

        nodes["n00007"] = NodeJson(7, "\"unschedulable\": true");
        var after = indexer.Update(nodes, reports, Now);
        Assert.Equal(((Many * 2) + 1, 1), (indexer.ObjectsRead, indexer.Rebuilds));
        Assert.Equal((Many, Many - 1), (before.FloorOf().FeasibleCount, after.FloorOf().FeasibleCount));

        reports["n00009"] = Json(ReportJson("n00009", minimal: "denied"));
        after = indexer.Update(nodes, reports, Now);
        Assert.Equal(((Many * 2) + 2, 1), (indexer.ObjectsRead, indexer.Rebuilds));
        Assert.Equal((FloorReason.ProvedFull, "n00009"), (after.FloorOf().Reason, Assert.Single(after.FloorOf().SetBy)));
        Assert.Equal(FloorReason.ProvedMinimal, before.FloorOf().Reason);
    }

    [Fact]
    public void Nodes_that_come_and_go_find_room_in_the_index()
    {
        Fill();
        indexer.Update(nodes, reports, Now);
        for (var number = 0; number < 100; number++)
        {
            nodes.Remove($"n{number:d5}");
            nodes[$"n{Many + number:d5}"] = NodeJson(Many + number);
            indexer.Update(nodes, reports, Now);
        }

        Assert.Equal((Many, 1), (indexer.Current.Count, indexer.Rebuilds));
        Assert.Equal(["n05000", "n05001", "n05002", "n05003", "n05004"], indexer.Current.FloorOf().SetBy.ToArray());
        Assert.Equal((FloorReason.NoReport, 100), (indexer.Current.FloorOf().Reason, indexer.Current.FloorOf("\"nodeSelector\": {\"late\": \"yes\"}").FeasibleCount));
    }

    // What a change of one node costs is what its index doesn't share with the last: bytes can be counted where time can't.
    [Fact]
    public void A_change_of_one_node_makes_little_of_the_index_anew()
    {
        Fill();
        var start = GC.GetAllocatedBytesForCurrentThread();
        indexer.Update(nodes, reports, Now);
        var whole = GC.GetAllocatedBytesForCurrentThread() - start;

        nodes["n00007"] = NodeJson(7, "\"taints\": [{\"key\": \"gpu\", \"effect\": \"NoSchedule\"}]");
        reports["n00009"] = Json(ReportJson("n00009", minimal: "denied"));
        start = GC.GetAllocatedBytesForCurrentThread();
        indexer.Update(nodes, reports, Now);
        var one = GC.GetAllocatedBytesForCurrentThread() - start;

        Assert.True(one * 20 < whole, $"{one} bytes of {whole}");
    }

    [Fact]
    public void What_does_not_decide_gives_the_same_index()
    {
        Fill(10);
        var index = indexer.Update(nodes, reports, Now);

        nodes["n00003"] = NodeJson(3);
        Assert.Same(index, indexer.Update(nodes, reports, Now));
        Assert.Same(index, indexer.Update(nodes, reports, Now.AddMinutes(1)));
    }

    [Fact]
    public void A_report_that_expires_changes_the_index_though_no_object_changed()
    {
        Fill(10);
        reports["n00003"] = Json(ReportJson("n00003").Replace("12:25:00Z", "12:05:00Z", StringComparison.Ordinal));
        Assert.Equal(Now.AddMinutes(5), indexer.Update(nodes, reports, Now).NextExpiry);

        var floor = indexer.Update(nodes, reports, Now.AddMinutes(5)).FloorOf();
        Assert.Equal((FloorReason.StaleReport, "n00003"), (floor.Reason, Assert.Single(floor.SetBy)));
        Assert.Equal(Now.AddMinutes(25), indexer.Current.NextExpiry);
    }

    [Fact]
    public void The_floor_of_one_node_is_told_whatever_keeps_pods_away_from_it()
    {
        nodes["a"] = Json("""{"metadata": {"name": "a"}, "spec": {"unschedulable": true, "taints": [{"key": "x", "effect": "NoExecute"}]}}""");
        nodes["w"] = Json("""{"metadata": {"name": "w"}, "status": {"nodeInfo": {"operatingSystem": "windows"}}}""");
        reports["a"] = Json(ReportJson("a"));
        var index = indexer.Update(nodes, reports, Now);

        Assert.Equal((FloorReason.NoFeasibleNode, FloorReason.ProvedMinimal), (index.FloorOf().Reason, index.FloorOfNode("a")!.Reason));
        Assert.Null(index.FloorOfNode("w"));
        Assert.Null(index.FloorOfNode("elsewhere"));
    }

    private void Fill(int count = Many)
    {
        for (var number = 0; number < count; number++)
        {
            nodes[$"n{number:d5}"] = NodeJson(number);
            reports[$"n{number:d5}"] = Json(ReportJson($"n{number:d5}"));
        }
    }

    private static JsonElement NodeJson(int number, string spec = "") => Json(
        $$$"""
        {"metadata": {"name": "n{{{number:d5}}}", "labels": {"kubernetes.io/hostname": "n{{{number:d5}}}", "zone": "z{{{number % 3}}}"{{{(number >= Many ? ", \"late\": \"yes\"" : "")}}} } },
         "spec": { {{{spec}}} }, "status": {"nodeInfo": {"kubeletVersion": "v1.36.3", "operatingSystem": "linux"} } }
        """);

    private static string RandomReport(Random random, string name, DateTimeOffset now)
    {
        string State() => random.Next(3) == 0 ? "denied" : "ok";
        return ReportJson(name, State(), State(), State(), random.Next(2) == 0 ? "needed" : "not-needed", random.Next(3) == 0 ? "/run/b" : "/run/a")
            .Replace("2026-11-21T12:25:00Z", now.AddMinutes(random.Next(-1, 12)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    private static void Same(Floor expected, Floor actual, string where)
    {
        Assert.True(expected with { SetBy = actual.SetBy } == actual, $"{where}: expected {expected}, got {actual}");
        Assert.True(expected.SetBy.SequenceEqual(actual.SetBy), $"{where}: expected [{string.Join(", ", expected.SetBy)}], got [{string.Join(", ", actual.SetBy)}]");
    }
}
