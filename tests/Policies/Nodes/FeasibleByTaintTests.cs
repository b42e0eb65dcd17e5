using Coral.Policies.Nodes;
using static Coral.Policies.Tests.Nodes.Samples;

namespace Coral.Policies.Tests.Nodes;

public class FeasibleByTaintTests
{
    private static readonly NodeFacts Plain = Node("plain");
    private static readonly NodeFacts Soft = Tainted("soft", """{"key": "k", "value": "v", "effect": "PreferNoSchedule"}""");
    private static readonly NodeFacts Hard = Tainted("hard", """{"key": "k", "value": "v", "effect": "NoSchedule"}""");
    private static readonly NodeFacts Evicting = Tainted("evicting", """{"key": "k", "value": "v", "effect": "NoExecute"}""");
    private static readonly NodeFacts Bare = Tainted("bare", """{"key": "n", "effect": "NoSchedule"}""");

    [Theory]
    [InlineData("", "plain,soft")]
    [InlineData("""{"key": "k", "operator": "Equal", "value": "v", "effect": "NoSchedule"}""", "hard,plain,soft")]
    [InlineData("""{"key": "k", "value": "v", "effect": "NoExecute", "tolerationSeconds": 300}""", "evicting,plain,soft")]
    [InlineData("""{"key": "k", "value": "v"}""", "evicting,hard,plain,soft")]
    [InlineData("""{"key": "k", "operator": "", "value": "v", "effect": ""}""", "evicting,hard,plain,soft")]
    [InlineData("""{"key": "k", "value": "w"}""", "plain,soft")]
    [InlineData("""{"key": "k"}""", "plain,soft")]
    [InlineData("""{"key": "n"}""", "bare,plain,soft")]
    [InlineData("""{"key": "n", "operator": "Equal", "value": ""}""", "bare,plain,soft")]
    [InlineData("""{"key": "k", "operator": "Exists"}""", "evicting,hard,plain,soft")]
    [InlineData("""{"key": "k", "operator": "Exists", "effect": "NoSchedule"}""", "hard,plain,soft")]
    [InlineData("""{"key": "k", "operator": "Exists", "effect": "PreferNoSchedule"}""", "plain,soft")]
    [InlineData("""{"operator": "Exists"}""", "bare,evicting,hard,plain,soft")]
    [InlineData("""{"operator": "Exists", "effect": "NoExecute"}""", "evicting,plain,soft")]
    [InlineData("""{"key": "k", "operator": "exists"}""", "plain,soft")]
    [InlineData("""{"key": "k", "operator": "Exists", "effect": "NoSchedule"}, {"key": "n", "operator": "Exists"}""", "bare,hard,plain,soft")]
    [InlineData("null, 7", "plain,soft")]
    public void A_taint_excludes_unless_it_is_tolerated(string tolerations, string expected) =>
        Assert.Equal(expected, Feasible($"\"tolerations\": [{tolerations}]", Plain, Soft, Hard, Evicting, Bare));

    [Theory]
    [InlineData("Lt", "10", "five")]
    [InlineData("Gt", "10", "twenty")]
    [InlineData("Gt", "-1", "five,twenty")]
    [InlineData("Lt", "x", "")]
    [InlineData("Gt", "", "")]
    [InlineData("Gt", "+1", "")]
    [InlineData("Gt", "01", "")]
    [InlineData("Gt", "-0", "")]
    [InlineData("Gt", "0", "five,twenty")]
    [InlineData("Gt", "--1", "")]
    [InlineData("Lt", "9223372036854775808", "")]
    public void Numeric_tolerations_compare_the_taint_with_their_value(string operation, string value, string expected) => Assert.Equal(
        expected,
        Feasible(
            $$"""
            "tolerations": [{"key": "cost", "operator": "{{operation}}", "value": "{{value}}"}]
            """,
            Tainted("five", """{"key": "cost", "value": "5", "effect": "NoSchedule"}"""),
            Tainted("twenty", """{"key": "cost", "value": "20", "effect": "NoSchedule"}"""),
            Tainted("word", """{"key": "cost", "value": "much", "effect": "NoSchedule"}""")));

    [Fact]
    public void Every_taint_of_a_node_must_be_tolerated()
    {
        var both = Tainted("both", """{"key": "k", "effect": "NoSchedule"}, {"key": "l", "effect": "NoExecute"}""");

        Assert.Equal("", Feasible("""
            "tolerations": [{"key": "k", "operator": "Exists"}]
            """, both));
        Assert.Equal("both", Feasible("""
            "tolerations": [{"key": "k", "operator": "Exists"}, {"key": "l", "operator": "Exists"}]
            """, both));
    }

    [Theory]
    [InlineData("", "plain")]
    [InlineData("""{"key": "node.kubernetes.io/unschedulable", "operator": "Exists", "effect": "NoSchedule"}""", "cordoned,plain")]
    [InlineData("""{"key": "node.kubernetes.io/unschedulable"}""", "cordoned,plain")]
    [InlineData("""{"operator": "Exists"}""", "cordoned,plain")]
    public void A_cordoned_node_takes_only_pods_that_tolerate_it(string tolerations, string expected) =>
        Assert.Equal(expected, Feasible($"\"tolerations\": [{tolerations}]", Plain, Node("cordoned", spec: "\"unschedulable\": true")));

    [Fact]
    public void A_taint_of_an_unknown_effect_excludes_nothing() =>
        Assert.Equal("odd", Feasible("", Tainted("odd", """{"key": "k", "effect": "NoScheduling"}""")));

    [Theory]
    [InlineData("hard", "hard")]
    [InlineData("evicting", "")]
    [InlineData("unknown", "")]
    [InlineData("", "plain")]
    public void A_pod_that_names_its_node_passes_the_scheduler_by_and_meets_only_the_kubelets_taints(string name, string expected) =>
        Assert.Equal(expected, Feasible($"\"nodeName\": \"{name}\"", Plain, Hard, Evicting));

    [Fact]
    public void A_pod_that_names_a_cordoned_node_lands_there() =>
        Assert.Equal("cordoned", Feasible("\"nodeName\": \"cordoned\"", Plain, Node("cordoned", spec: "\"unschedulable\": true")));

    [Fact]
    public void The_kubelet_refuses_a_named_node_that_the_selector_excludes() =>
        Assert.Equal("", Feasible("\"nodeName\": \"plain\", \"nodeSelector\": {\"zone\": \"z1\"}", Plain));

    private static NodeFacts Tainted(string name, string taints) => Node(name, spec: $"\"taints\": [{taints}]");
}
