using Coral.Policies.Nodes;
using static Coral.Policies.Tests.Nodes.Samples;

namespace Coral.Policies.Tests.Nodes;

public class FeasibleByLabelTests
{
    private static readonly NodeFacts[] Nodes =
    [
        Node("a", "\"zone\": \"z1\", \"gen\": \"5\""),
        Node("b", "\"zone\": \"z2\", \"gen\": \"10\""),
        Node("c", "\"zone\": \"\", \"gen\": \"x\""),
        Node("d"),
    ];

    [Theory]
    [InlineData("""{"key": "zone", "operator": "In", "values": ["z1"]}""", "a")]
    [InlineData("""{"key": "zone", "operator": "In", "values": ["z1", "z2", "z9"]}""", "a,b")]
    [InlineData("""{"key": "zone", "operator": "In", "values": [""]}""", "c")]
    [InlineData("""{"key": "nowhere", "operator": "In", "values": ["z1"]}""", "")]
    [InlineData("""{"key": "zone", "operator": "NotIn", "values": ["z1"]}""", "b,c,d")]
    [InlineData("""{"key": "zone", "operator": "NotIn", "values": ["z1", "z2", ""]}""", "d")]
    [InlineData("""{"key": "nowhere", "operator": "NotIn", "values": ["z1"]}""", "a,b,c,d")]
    [InlineData("""{"key": "zone", "operator": "Exists"}""", "a,b,c")]
    [InlineData("""{"key": "zone", "operator": "Exists", "values": []}""", "a,b,c")]
    [InlineData("""{"key": "nowhere", "operator": "Exists"}""", "")]
    [InlineData("""{"key": "zone", "operator": "DoesNotExist"}""", "d")]
    [InlineData("""{"key": "nowhere", "operator": "DoesNotExist"}""", "a,b,c,d")]
    [InlineData("""{"key": "gen", "operator": "Gt", "values": ["5"]}""", "b")]
    [InlineData("""{"key": "gen", "operator": "Gt", "values": ["-1"]}""", "a,b")]
    [InlineData("""{"key": "gen", "operator": "Lt", "values": ["10"]}""", "a")]
    [InlineData("""{"key": "gen", "operator": "Lt", "values": ["9223372036854775807"]}""", "a,b")]
    public void Each_operator_of_node_affinity_is_the_schedulers(string expression, string expected) =>
        Assert.Equal(expected, Feasible(Terms($$"""{"matchExpressions": [{{expression}}]}"""), Nodes));

    [Theory]
    [InlineData("""{"key": "gen", "operator": "Gt", "values": ["x"]}""")]
    [InlineData("""{"key": "gen", "operator": "Gt", "values": ["1", "2"]}""")]
    [InlineData("""{"key": "gen", "operator": "Gt", "values": ["9223372036854775808"]}""")]
    [InlineData("""{"key": "gen", "operator": "Lt"}""")]
    [InlineData("""{"key": "zone", "operator": "In", "values": []}""")]
    [InlineData("""{"key": "zone", "operator": "NotIn"}""")]
    [InlineData("""{"key": "zone", "operator": "Exists", "values": ["z1"]}""")]
    [InlineData("""{"key": "zone", "operator": "DoesNotExist", "values": ["z1"]}""")]
    [InlineData("""{"key": "zone", "operator": "in", "values": ["z1"]}""")]
    [InlineData("""{"key": "zone"}""")]
    [InlineData("""{"operator": "Exists"}""")]
    [InlineData("\"zone\"")]
    public void An_expression_that_the_scheduler_cannot_read_makes_its_term_match_nothing(string expression)
    {
        Assert.Equal("", Feasible(Terms($$"""{"matchExpressions": [{{expression}}]}"""), Nodes));
        Assert.Equal("b", Feasible(Terms($$"""{"matchExpressions": [{{expression}}]}, {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["b"]}]}"""), Nodes));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("{}", "")]
    [InlineData("null", "")]
    [InlineData("""{"matchExpressions": [], "matchFields": []}""", "")]
    [InlineData("""{}, {"matchExpressions": [{"key": "zone", "operator": "DoesNotExist"}]}""", "d")]
    [InlineData("""{"matchExpressions": [{"key": "zone", "operator": "Exists"}, {"key": "gen", "operator": "Lt", "values": ["6"]}]}""", "a")]
    [InlineData("""{"matchExpressions": [{"key": "gen", "operator": "Gt", "values": ["6"]}]}, {"matchExpressions": [{"key": "gen", "operator": "Lt", "values": ["6"]}]}""", "a,b")]
    [InlineData("""{"matchExpressions": [{"key": "zone", "operator": "Exists"}], "matchFields": [{"key": "metadata.name", "operator": "NotIn", "values": ["a"]}]}""", "b,c")]
    [InlineData("""{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["c"]}]}""", "c")]
    [InlineData("""{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["gone"]}]}""", "")]
    [InlineData("""{"matchFields": [{"key": "metadata.name", "operator": "NotIn", "values": ["gone"]}]}""", "a,b,c,d")]
    [InlineData("""{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["a", "b"]}]}""", "")]
    [InlineData("""{"matchFields": [{"key": "metadata.name", "operator": "Exists"}]}""", "")]
    [InlineData("""{"matchFields": [{"key": "spec.unschedulable", "operator": "In", "values": ["a"]}]}""", "")]
    public void Terms_are_alternatives_and_their_parts_all_hold(string terms, string expected) => Assert.Equal(expected, Feasible(Terms(terms), Nodes));

    [Theory]
    [InlineData("""{"nodeAffinity": {}}""")]
    [InlineData("""{"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": null}}""")]
    [InlineData("""{"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["z1"]}]}}]}}""")]
    [InlineData("""{"podAntiAffinity": {}}""")]
    [InlineData("null")]
    public void Only_required_affinity_narrows(string affinity) => Assert.Equal("a,b,c,d", Feasible($"\"affinity\": {affinity}", Nodes));

    [Theory]
    [InlineData("{}", "a,b,c,d")]
    [InlineData("null", "a,b,c,d")]
    [InlineData("""{"zone": "z1"}""", "a")]
    [InlineData("""{"zone": ""}""", "c")]
    [InlineData("""{"zone": "z1", "gen": "5"}""", "a")]
    [InlineData("""{"zone": "z1", "gen": "10"}""", "")]
    [InlineData("""{"nowhere": ""}""", "")]
    public void A_node_selector_wants_every_pair(string selector, string expected) => Assert.Equal(expected, Feasible($"\"nodeSelector\": {selector}", Nodes));

    [Fact]
    public void A_node_selector_and_an_affinity_both_hold() =>
        Assert.Equal("a", Feasible("\"nodeSelector\": {\"zone\": \"z1\"}, " + Terms("""{"matchExpressions": [{"key": "gen", "operator": "Exists"}]}"""), Nodes));

    [Fact]
    public void A_runtime_class_narrows_as_the_pod_itself_would()
    {
        var index = NodeIndex.Build([.. Nodes, Node("e", "\"sandbox\": \"yes\"", """ "taints": [{"key": "sandbox", "effect": "NoSchedule"}] """)], [], Now, ReportOrigin.Cluster);
        var extra = Scheduling.Read(Json("""{"handler": "kata", "scheduling": {"nodeSelector": {"sandbox": "yes"}, "tolerations": [{"key": "sandbox", "operator": "Exists"}]}}"""));

        Assert.Equal(["e"], index.FloorOf(extra: extra).SetBy.ToArray());
        Assert.Equal(FloorReason.NoFeasibleNode, index.FloorOf("\"nodeSelector\": {\"zone\": \"z1\"}", extra).Reason);
        Assert.Equal(4, index.FloorOf(extra: Scheduling.Read(Json("""{"handler": "runc"}"""))).FeasibleCount);
    }

    private static string Terms(string terms) =>
        $$$"""
        "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{{{terms}}}]} } }
        """;
}
