using Coral.Policies.Nodes;
using Coral.Policies.Selection;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.Policies.Tests.Decisions;

public sealed class ExplanationTests
{
    [Fact]
    public void It_is_of_the_decision_itself()
    {
        var facts = Some.Cluster(Some.Namespace("baseline"));

        var explained = Some.Engine.Explain(Some.Request(), facts).Decision;

        Assert.Equal(string.Join(" ", Some.Engine.Decide(Some.Request(), facts).Rules), string.Join(" ", explained.Rules));
        Assert.Equal(("restricted", Reasons.LevelBaseline), (explained.Variant, explained.Reason));
    }

    [Fact]
    public void It_tells_what_each_rule_derived()
    {
        var facts = Some.Cluster(Some.Namespace("privileged", ("coral.io/mode", "ebpf-full")), Some.Proving(minimal: true, full: true));

        Assert.Equal(
            [
                "opted-in -> no policy",
                "floor-over-nodes -> floor proved-minimal over 1",
                "mode-of-namespace -> mode ebpf-full",
                "pod-is-bare -> the levels of namespace shop",
                "native-sidecar -> form native",
                "level-from-label -> level privileged (label)",
                "search-begins -> try ebpf-minimal",
                "variant-tried -> ebpf-minimal: fits",
                "auto-first-that-fits -> choice ebpf-minimal",
                "mode-tried -> try ebpf-full",
                "variant-tried -> ebpf-full: fits",
                "mode-not-granted -> choice ebpf-minimal",
                "mode-mismatch-downgrades -> instead of ebpf-full",
                "rollout-injects -> inject",
            ],
            Some.Engine.Explain(Some.Request(), facts).Fired.Select(step => $"{step.Rule} -> {string.Join(", ", step.Derived)}"));
    }

    [Fact]
    public void It_tells_of_each_other_rule_the_first_condition_that_failed()
    {
        var explained = Some.Engine.Explain(Some.Request(), Some.Cluster());
        var missed = explained.Missed.ToDictionary(rule => rule.Rule, rule => $"{rule.Condition} ({rule.Because})");

        Assert.Equal("Applicant: HostNetwork is true ()", missed["guard-host-network"]);
        Assert.Equal("LevelSources: IsLabelled is false ()", missed["level-assumed"]);
        Assert.Equal("Tried: IsAsked is true ()", missed["mode-granted"]);
        Assert.Equal("a ModeWish (there is no ModeWish)", missed["mode-tried"]);
        Assert.Equal("Standing: Rollout is Observe (it is Inject)", missed["rollout-observes"]);
        Assert.Empty(missed.Keys.Intersect(explained.Decision.Rules));
        Assert.Equal(DecisionEngine.Rules.Length, missed.Count + explained.Decision.Rules.Distinct().Count());
    }

    [Fact]
    public void Whatever_the_order_of_policies_nodes_and_reports_the_decision_is_the_same()
    {
        var policies = Enumerable.Range(0, 6)
            .Select(i => Some.Policy($"p{i}") with { Priority = i / 2, AllowedModes = i % 2 == 0 ? ["restricted", "ebpf-full"] : [], Rollout = (Rollout)(i % 3) })
            .ToArray();
        var nodes = Enumerable.Range(0, 8).Select(i => $"n{i}").ToArray();
        var expected = Decide(policies, nodes);

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(200),
            Prop.ForAll(
                Gen.Shuffle(policies).Zip(Gen.Shuffle(nodes)).ToArbitrary(),
                orders => Assert.Equal(expected, Decide(orders.Item1, orders.Item2))));

        static string Decide(InjectionPolicy[] policies, string[] nodes)
        {
            var index = NodeIndex.Build(
                nodes.Select(name => Some.Node(name)),
                nodes.Reverse().Select(name => Some.Report(name, minimal: name != "n3", full: true, something: true, "not-needed", Some.Now.AddMinutes(30))),
                Some.Now,
                ReportOrigin.Cluster);
            var decision = Some.Decide(facts: Some.Cluster(nodes: index, policies: policies));
            return $"{decision.Outcome} {decision.Reason} {decision.Variant} {decision.Policy} {string.Join(',', decision.Floor!.SetBy)} {string.Join(',', decision.Rules)} {decision.Template}";
        }
    }
}
