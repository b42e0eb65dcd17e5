using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;
using Coral.Policies.Tests.Real;
using Coral.Testing.Kit;
using Xunit.Abstractions;

namespace Coral.Policies.Tests.Nodes.Real;

/// <summary>
/// The real kube-scheduler as the oracle. Its nodes have room for every pod, so that only what we model decides: a pod with a feasible node
/// must be placed on one of them, and a pod without must stay unschedulable. <c>CORAL_FULL=N</c> asks for N pods (<c>make soak</c> has 3 000); the usual run
/// takes a sample. Every round gives the six nodes other labels and taints: another cluster.
/// </summary>
[Collection(RealCollection.Name)]
public sealed class RealSchedulerTests(RealCluster cluster, ITestOutputHelper output)
{
    private const string Namespace = "scheduler";
    private const int Sample = 1050;
    private const int PodsOfRound = 150;
    private const int Seed = 20261121;

    private static readonly int Wanted =
        int.TryParse(Environment.GetEnvironmentVariable("CORAL_FULL"), NumberStyles.None, CultureInfo.InvariantCulture, out var pods) ? pods
        : Environment.GetEnvironmentVariable("CORAL_SOAK") == "1" ? 3000 : Sample;

    [KitFact]
    public async Task The_real_scheduler_picks_a_feasible_node_and_none_where_there_is_none()
    {
        var started = TimeProvider.System.GetTimestamp();
        var scheduler = new SchedulerOracle(cluster.Api, Namespace, RealCluster.Nodes);
        await scheduler.Prepare();
        var (pods, placed, pinned, classed, numeric) = (0, 0, 0, 0, 0);
        for (var round = 0; pods < Wanted; round++)
        {
            var random = new RandomCluster(Seed + round, [.. scheduler.Names, "gone"]);
            var nodes = await scheduler.Change(round, random);
            var asked = Enumerable.Range(0, PodsOfRound).Select(number => AskedPod.Make($"pod-{round}-{number}", random, nodes)).ToList();
            var answers = await scheduler.Place(asked);
            if (!nodes.SequenceEqual(await scheduler.Nodes()))
            {
                output.WriteLine($"round {round} doesn't count: its nodes changed meanwhile");
                Assert.True(round < (Wanted / PodsOfRound * 2) + 3, "the nodes don't stay as they are");
                continue;
            }

            var all = Index(nodes);
            foreach (var pod in asked)
            {
                var (created, picked) = answers[pod.Name];
                var feasible = all.FloorFor(pod.Spec, pod.Extra, Strategy.Common).FeasibleCount;
                Assert.True(feasible > 0 == picked is not null, $"seed {Seed + round}, {pod.Name}: {feasible} feasible nodes, placed on {picked ?? "none"}: {created}");
                Assert.Equal(feasible, all.FloorFor(created, default, Strategy.Common).FeasibleCount);
                pods++;
                if (picked is null) continue;
                var node = nodes.Single(node => node.Name == picked);
                Assert.True(Index([node]).FloorFor(pod.Spec, pod.Extra, Strategy.Common).FeasibleCount == 1, $"seed {Seed + round}, {pod.Name}: {picked} is not feasible: {created}");
                Assert.True(pod.Labels.IsEmpty || pod.Labels.Contains(node.Labels[Vocabulary.NodeEbpf]), $"seed {Seed + round}, {pod.Name}: pinned to {string.Join(", ", pod.Labels)}, placed on {picked}");
                placed++;
                pinned += pod.Labels.IsEmpty ? 0 : 1;
                numeric += ToleratesByNumber(pod.Spec, node) ? 1 : 0;
                classed += pod.Extra.NodeSelector.ValueKind == JsonValueKind.Object ? 1 : 0;
            }
        }

        output.WriteLine($"{pods} pods, {placed} of them placed, {pinned} of these pinned, {classed} of a RuntimeClass, {numeric} by a numeric toleration; {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F1} s");

        // The seeds must have made all kinds, or the test says nothing.
        Assert.InRange(placed, pods / 5, pods * 4 / 5);
        Assert.True(Math.Min(pinned, Math.Min(classed, numeric)) > pods / 200, $"{pinned} pinned, {classed} of a RuntimeClass, {numeric} by a numeric toleration");
    }

    [KitFact]
    public async Task E2_the_pods_of_a_real_DaemonSet_have_the_floor_of_their_own_node()
    {
        await cluster.Api.CreateNamespace("daemons");
        var set = JsonNode.Parse("""
            {"metadata": {"name": "all"}, "spec": {"selector": {"matchLabels": {"app": "all"}}, "template": {
              "metadata": {"labels": {"app": "all"}}, "spec": {"tolerations": [{"operator": "Exists"}], "containers": [{"name": "app", "image": "app"}]}}}}
            """)!;
        (await cluster.Api.Create("/apis/apps/v1/namespaces/daemons/daemonsets", set)).Expect();
        var pods = await Eventually.Async(
            async () => SchedulerOracle.Items(await cluster.Api.Get("/api/v1/namespaces/daemons/pods")) is var items && items.Count(pod => SchedulerOracle.Picked(pod) is not null) == RealCluster.Nodes ? items : null,
            TimeSpan.FromMinutes(3),
            "every node has its daemon pod");
        var nodes = SchedulerOracle.Items(await cluster.Api.Get("/api/v1/nodes")).ConvertAll(node => NodeFacts.Read(node)!);
        var index = Index(nodes);
        foreach (var pod in pods)
        {
            var before = JsonNode.Parse(pod.GetProperty("spec").GetRawText())!.AsObject();
            before.Remove("nodeName");
            var floor = index.FloorFor(JsonElement.Parse(before.ToJsonString()), default, Strategy.Exact);
            Assert.Equal((1, FloorReason.NoReport, SchedulerOracle.Picked(pod)), (floor.FeasibleCount, floor.Reason, Assert.Single(index.FloorFor(JsonElement.Parse(before.ToJsonString()), default, Strategy.Common).SetBy)));
        }
    }

    /// <summary>Whether the pod couldn't be there without its Lt and Gt.</summary>
    private static bool ToleratesByNumber(JsonElement spec, NodeFacts node)
    {
        var other = JsonNode.Parse(spec.GetRawText())!.AsObject();
        if (other["tolerations"] is not JsonArray tolerations) return false;
        tolerations.RemoveAll(toleration => (string?)toleration!["operator"] is "Lt" or "Gt");
        return Index([node]).FloorFor(JsonElement.Parse(other.ToJsonString()), default, Strategy.Common).FeasibleCount == 0;
    }

    private static NodeIndex Index(IEnumerable<NodeFacts> nodes) => NodeIndex.Build(nodes, [], TimeProvider.System.GetUtcNow(), ReportOrigin.Cluster);
}
