using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;
using Coral.Policies.Variants;
using FsCheck;
using FsCheck.Fluent;
using static Coral.Policies.Tests.Nodes.Samples;

namespace Coral.Policies.Tests.Nodes;

public class PinTests
{
    private static readonly (NodeFacts, NodeReport?) Old = (Node("old"), ProvesNothing("old"));

    [Fact]
    public void A_pod_is_pinned_to_the_nodes_that_prove_minimal()
    {
        var target = Index(Old, Minimal("a"), Minimal("b"), Full("c")).PinOf().For(Requirement.Minimal);

        Assert.Equal("minimal", Labels(target));
        Assert.True(target!.Floor is { ProvesMinimal: true, FeasibleCount: 2, Reason: FloorReason.ProvedMinimal });
    }

    [Fact]
    public void Where_too_few_prove_minimal_those_that_prove_full_are_taken_with_them()
    {
        var offer = Index(Old, Minimal("a"), Full("b")).PinOf();

        Assert.Null(offer.For(Requirement.Minimal));
        Assert.Equal("full,minimal", Labels(offer.For(Requirement.Full)));
        Assert.True(offer.For(Requirement.Full)!.Floor is { ProvesMinimal: false, ProvesFull: true, FeasibleCount: 2 });
    }

    [Fact]
    public void For_what_full_needs_the_most_nodes_are_taken()
    {
        var offer = Index(Old, Minimal("a"), Minimal("b"), Full("c")).PinOf();

        Assert.Equal(("minimal", "full,minimal"), (Labels(offer.For(Requirement.Minimal)), Labels(offer.For(Requirement.Full))));
    }

    [Fact]
    public void Nodes_that_prove_minimal_and_not_full_are_left_out_of_full()
    {
        var index = Index(Old, (Labelled("a", "minimal"), Report("a", full: "denied")), Full("b"), Full("c"));

        Assert.Equal("full", Labels(index.PinOf().Best()));
        Assert.Equal(2, index.PinOf().Best()!.Floor.FeasibleCount);
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, null)]
    [InlineData(3, PinReason.TooFewNodes)]
    public void On_fewer_nodes_than_asked_for_no_pod_is_pinned(int fewest, string? against)
    {
        var offer = Index(Old, Minimal("a"), Minimal("b")).PinOf(fewest: fewest);

        Assert.Equal(against, offer.Against);
        Assert.Equal(against is null ? "minimal" : "", Labels(offer.Best()));
    }

    // Anybody who may label nodes could otherwise raise a pod's variant, and an agent that died would keep its node in the set.
    [Fact]
    public void A_label_proves_nothing_and_a_proof_without_it_cannot_be_pinned_to()
    {
        Assert.Equal(PinReason.NothingBetter, Index(Old, Minimal("a"), Minimal("b"), (Labelled("c", "minimal"), null)).PinOf().Against);
        Assert.Equal(PinReason.NothingBetter, Index(Old, Minimal("a"), Minimal("b"), (Labelled("c", "minimal"), ProvesMinimal("c") with { ExpiresAt = Now })).PinOf().Against);
        Assert.Equal(PinReason.NothingBetter, Index(Old, (Node("a"), ProvesMinimal("a")), (Node("b"), ProvesMinimal("b"))).PinOf().Against);
    }

    [Fact]
    public void Where_all_nodes_are_as_good_nothing_is_pinned()
    {
        Assert.Equal(PinReason.NothingBetter, Index(Minimal("a"), Minimal("b")).PinOf().Against);
        Assert.Equal(PinReason.NothingBetter, Index(Full("a"), Full("b")).PinOf().Against);
        Assert.Equal(PinReason.NothingBetter, Index(Old).PinOf().Against);
        Assert.Equal(PinReason.NothingBetter, NodeIndex.Empty.PinOf().Against);
        Assert.Equal("minimal", Labels(Index(Full("a"), Minimal("b"), Minimal("c")).PinOf().Best()));
    }

    [Fact]
    public void Only_nodes_where_the_pod_may_land_count()
    {
        var tainted = NodeFacts.Read(Json("""{"metadata": {"name": "b", "labels": {"coral.io/ebpf": "minimal"}}, "spec": {"taints": [{"key": "gpu", "effect": "NoSchedule"}]}}"""))!;
        var index = Index(Old, Minimal("a"), (tainted, ProvesMinimal("b")));

        Assert.Equal(PinReason.TooFewNodes, index.PinOf().Against);
        Assert.Null(index.PinOf("\"tolerations\": [{\"operator\": \"Exists\"}]").Against);
    }

    [Theory]
    [InlineData("\"nodeName\": \"old\"")]
    [InlineData("\"affinity\": {\"nodeAffinity\": {\"requiredDuringSchedulingIgnoredDuringExecution\": {\"nodeSelectorTerms\": [{\"matchFields\": [{\"key\": \"metadata.name\", \"operator\": \"In\", \"values\": [\"old\"]}]}]}}}")]
    public void A_pod_that_names_its_node_is_not_pinned(string spec) =>
        Assert.Equal((PinReason.NamesItsNode, ""), (Index(Old, Minimal("a"), Minimal("b")).PinOf(spec).Against, Labels(Index(Old, Minimal("a"), Minimal("b")).PinOf(spec).Best())));

    // The scheduler looks at these, the feasible set does not: the only node with the disk, the device or the free port may be one that the pin takes away.
    [Theory]
    [InlineData("""{"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]}""", true)]
    [InlineData("""{"volumes": [{"name": "data", "ephemeral": {"volumeClaimTemplate": {}}}]}""", true)]
    [InlineData("""{"containers": [{"volumeMounts": [{"name": "claimed", "mountPath": "/data"}]}], "volumes": [{"name": "data", "emptyDir": {}}]}""", true)]
    [InlineData("""{"initContainers": [{"volumeDevices": [{"name": "claimed", "devicePath": "/dev/x"}]}]}""", true)]
    [InlineData("""{"containers": [{"volumeMounts": [{"name": "data", "mountPath": "/data"}]}], "volumes": [{"name": "data", "emptyDir": {}}]}""", false)]
    [InlineData("""{"volumes": [{"name": "data", "emptyDir": {}}, {"name": "more", "persistentVolumeClaim": null}]}""", false)]
    [InlineData("""{"affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "zone"}]}}}""", true)]
    [InlineData("""{"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "zone"}]}}}""", true)]
    [InlineData("""{"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [], "preferredDuringSchedulingIgnoredDuringExecution": [{}]}}}""", false)]
    [InlineData("""{"topologySpreadConstraints": [{"topologyKey": "zone", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule", "minDomains": 3}]}""", true)]
    [InlineData("""{"topologySpreadConstraints": [{"topologyKey": "zone", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule", "nodeAffinityPolicy": "Ignore"}]}""", true)]
    [InlineData("""{"topologySpreadConstraints": [{"topologyKey": "zone", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}, {"whenUnsatisfiable": "ScheduleAnyway", "minDomains": 3}]}""", false)]
    [InlineData("""{"resourceClaims": [{"name": "gpu", "resourceClaimName": "gpu"}]}""", true)]
    [InlineData("""{"containers": [{"ports": [{"containerPort": 80, "hostPort": 80}]}]}""", true)]
    [InlineData("""{"containers": [{"ports": [{"containerPort": 80, "hostPort": 0}]}]}""", false)]
    [InlineData("""{"containers": [{"resources": {"limits": {"example.com/gpu": 1}}}]}""", true)]
    [InlineData("""{"initContainers": [{"resources": {"requests": {"hugepages-2Mi": "4Mi"}}}]}""", true)]
    [InlineData("""{"resources": {"requests": {"hugepages-2Mi": "4Mi"}}}""", true)]
    [InlineData("""{"containers": [{"resources": {"requests": {"cpu": 1, "memory": "1Gi", "ephemeral-storage": "1Gi"}}}], "schedulingGates": [{"name": "later"}]}""", false)]
    public void A_pod_that_asks_for_what_only_some_nodes_have_is_not_pinned(string spec, bool asks) =>
        Assert.Equal(asks ? PinReason.OtherDemands : null, Index(Old, Minimal("a"), Minimal("b")).PinFor(Json(spec), default, Pin.FewestNodes).Against);

    [Theory]
    [InlineData("", "/spec/affinity", """{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"coral.io/ebpf","operator":"In","values":["minimal"]}]}]}}}""", false)]
    [InlineData("\"affinity\": null", "/spec/affinity", """{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"coral.io/ebpf","operator":"In","values":["minimal"]}]}]}}}""", true)]
    [InlineData("\"affinity\": {\"podAffinity\": {}}", "/spec/affinity/nodeAffinity", """{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"coral.io/ebpf","operator":"In","values":["minimal"]}]}]}}""", false)]
    [InlineData("\"affinity\": {\"nodeAffinity\": {}}", "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution", """{"nodeSelectorTerms":[{"matchExpressions":[{"key":"coral.io/ebpf","operator":"In","values":["minimal"]}]}]}""", false)]
    public void Where_there_is_no_affinity_it_is_added_whole(string spec, string path, string value, bool overNull)
    {
        var addition = Assert.Single(PinAffinity.Additions(Json($"{{{spec}}}"), ["minimal"]));

        Assert.Equal((path, value, overNull), (addition.Path, addition.Value.GetRawText(), addition.OverNull));
    }

    [Fact]
    public void Every_term_gets_the_requirement_but_for_empty_ones_which_match_nothing()
    {
        var additions = PinAffinity.Additions(
            Json("""
            {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
              {"matchExpressions": [{"key": "zone", "operator": "Exists"}]}, {}, {"matchExpressions": []},
              {"matchFields": [{"key": "metadata.name", "operator": "NotIn", "values": ["x"]}]}]}}}}
            """),
            ["full", "minimal"]);

        const string Terms = "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms";
        const string Requirement = """{"key":"coral.io/ebpf","operator":"In","values":["full","minimal"]}""";
        Assert.Equal(
            [($"{Terms}/0/matchExpressions/-", Requirement, false), ($"{Terms}/3/matchExpressions", $"[{Requirement}]", false)],
            additions.Select(addition => (addition.Path, addition.Value.GetRawText(), addition.OverNull)));
        Assert.Empty(PinAffinity.Additions(default, []));
    }

    // The patched pod lands on the pinned nodes and no others: with the affinity its common floor is the pin's.
    [Fact]
    public void The_affinity_leaves_exactly_the_pinned_nodes() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000),
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), (int seed) =>
        {
            var cluster = new RandomCluster(seed);
            var random = new Random(seed);
            var nodes = cluster.Nodes(14).ConvertAll(node =>
            {
                if (random.Next(3) > 0) node["metadata"]!["labels"]!["coral.io/ebpf"] = random.Next(3) == 0 ? "full" : "minimal";
                return NodeFacts.Read(Json(node.ToJsonString()))!;
            });
            var index = Index([.. nodes.Select(node => (node, (NodeReport?)(node.Labels.GetValueOrDefault("coral.io/ebpf") switch
            {
                "minimal" => ProvesMinimal(node.Name),
                "full" => ProvesFull(node.Name),
                _ => cluster.Report(node.Name),
            })))]);
            var spec = cluster.Pod(valid: false);
            if (index.PinFor(Json(spec.ToJsonString()), default, fewest: 1).Best() is not { } pin) return;
            var patched = index.FloorFor(Patched(spec, PinAffinity.Additions(Json(spec.ToJsonString()), pin.Labels)), default, Strategy.Common);
            Assert.True(pin.Floor with { SetBy = patched.SetBy } == patched && pin.Floor.SetBy.SequenceEqual(patched.SetBy), $"seed {seed}: {pin.Floor} but {patched}");
        }));

    private static string Labels(PinTarget? target) => string.Join(',', target?.Labels ?? []);

    private static (NodeFacts, NodeReport?) Minimal(string name) => (Labelled(name, "minimal"), ProvesMinimal(name));

    private static (NodeFacts, NodeReport?) Full(string name) => (Labelled(name, "full"), ProvesFull(name));

    private static NodeFacts Labelled(string name, string value) => Node(name, $"\"coral.io/ebpf\": \"{value}\"");
}
