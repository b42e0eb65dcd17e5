using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;
using Coral.Policies.Selection;
using Coral.Policies.Tests.Nodes;

namespace Coral.Policies.Tests.Decisions;

/// <summary>Strategy pin in decisions: a pod is kept on some nodes only where that is what gives it its variant.</summary>
public sealed class PinningTests
{
    private const string Bare = """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"app"},"spec":{"containers":[{"name":"app","image":"nginx"}]}}""";

    private static readonly (NodeFacts, NodeReport?) Old = (Samples.Node("old", kubelet: "v1.28.4"), Samples.Report("old", "absent", "absent", "absent", memlock: "needed"));
    private static readonly (NodeFacts, NodeReport?)[] Mixed = [Old, Minimal("a"), Minimal("b"), Full("c")];

    [Fact]
    public void E1_one_old_node_among_new_ones_is_avoided_by_a_pin()
    {
        var decision = Some.Decide(Bare, Cluster(Mixed));
        var affinity = Some.Json(Patched.Pod(Bare, decision)).GetProperty("spec").GetProperty("affinity");

        Assert.Equal(("ebpf-minimal", Reasons.ProvedMinimal, PinReason.Pinned, "minimal"), (decision.Variant, decision.Reason, decision.Pin!.Reason, string.Join(',', decision.Pin.Labels)));
        Assert.Equal("""{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"coral.io/ebpf","operator":"In","values":["minimal"]}]}]}}}""", affinity.GetRawText());
        Assert.Equal((2, FloorReason.ProvedMinimal), (decision.Floor!.FeasibleCount, decision.Floor.Reason));
        Assert.Contains("coral: the pod is kept on nodes with coral.io/ebpf minimal, 2 of 4 (strategy pin of policy pins)", decision.Warnings);
        Assert.Contains("pod-is-pinned", decision.Rules);
    }

    // Do no harm: an affinity is written only with a variant that needs it.
    [Theory]
    [InlineData("privileged", "restricted", Reasons.ModeRequested)]
    [InlineData("baseline", null, Reasons.LevelBaseline)]
    [InlineData("restricted", null, Reasons.LevelRestricted)]
    public void A_pod_that_gets_restricted_is_not_pinned(string level, string? mode, string reason)
    {
        (string, string)[] annotations = mode is null ? [] : [("coral.io/mode", mode)];
        var decision = Some.Decide(facts: Cluster(Mixed, Some.Namespace(level, annotations)));

        Assert.Equal(("restricted", reason, PinReason.NotNeeded), (decision.Variant, decision.Reason, decision.Pin!.Reason));
        Assert.Equal((4, FloorReason.NothingProved), (decision.Floor!.FeasibleCount, decision.Floor.Reason));
        AssertNoAffinity(decision);
        Assert.DoesNotContain("pod-is-pinned", decision.Rules);
    }

    [Fact]
    public void A_variant_that_has_no_room_leaves_no_pin_behind()
    {
        var policy = Pins() with { Variants = Pins().Variants.Add("ebpf-minimal", new VariantOverride { Ports = Some.Json("""[{"containerPort":8080}]""") }) };
        var pod = Bare.Replace("\"image\":\"nginx\"", "\"image\":\"nginx\",\"ports\":[{\"containerPort\":8080}]", StringComparison.Ordinal);
        var decision = Some.Decide(pod, Cluster(Mixed, policies: policy));

        Assert.Equal(("restricted", Reasons.StepDown, PinReason.NotNeeded), (decision.Variant, decision.Reason, decision.Pin!.Reason));
        Assert.Equal(Reasons.PortTaken, decision.Candidates.Single(candidate => candidate.Variant == "ebpf-minimal").Reason);
        AssertNoAffinity(decision, pod);
    }

    [Fact]
    public void Where_all_nodes_together_prove_a_variant_that_is_given_there_is_no_pin()
    {
        var decision = Some.Decide(facts: Cluster([Minimal("a"), Minimal("b"), Full("c")], policies: Pins() with { AllowedModes = ["ebpf-full"] }));

        Assert.Equal(("ebpf-full", PinReason.NotNeeded), (decision.Variant, decision.Pin!.Reason));
        AssertNoAffinity(decision);
    }

    [Fact]
    public void Where_policy_excludes_minimal_the_pod_is_kept_on_all_nodes_that_prove_full()
    {
        var decision = Some.Decide(facts: Cluster(Mixed, policies: Pins() with { AllowedModes = ["ebpf-full", "restricted"] }));

        Assert.Equal(("ebpf-full", 3), (decision.Variant, decision.Floor!.FeasibleCount));
        Assert.Equal(["full", "minimal"], decision.Pin!.Labels.AsEnumerable());
    }

    [Fact]
    public void A_granted_mode_may_need_the_pin()
    {
        var decision = Some.Decide(facts: Cluster(Mixed, Some.Namespace(more: ("coral.io/mode", "ebpf-full")), Pins() with { RaiseModes = ["ebpf-full"] }));

        Assert.Equal(("ebpf-full", Reasons.ModeGranted, PinReason.Pinned), (decision.Variant, decision.Reason, decision.Pin!.Reason));
        Assert.Equal(["full", "minimal"], decision.Pin.Labels.AsEnumerable());
    }

    [Theory]
    [InlineData(2, PinReason.Pinned, "ebpf-minimal")]
    [InlineData(3, PinReason.Pinned, "ebpf-full")]
    [InlineData(4, PinReason.TooFewNodes, "restricted")]
    public void The_policy_says_how_many_nodes_there_must_be(int fewest, string reason, string variant)
    {
        var decision = Some.Decide(facts: Cluster(Mixed, policies: Pins() with { PinNodes = fewest }));

        Assert.Equal((reason, variant), (decision.Pin!.Reason, decision.Variant));
    }

    [Theory]
    [InlineData("\"nodeName\":\"old\"", PinReason.NamesItsNode)]
    [InlineData("\"affinity\":{\"nodeAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":{\"nodeSelectorTerms\":[{\"matchFields\":[{\"key\":\"metadata.name\",\"operator\":\"In\",\"values\":[\"old\"]}]}]}}}", PinReason.NamesItsNode)]
    [InlineData("\"nodeSelector\":{\"coral.io/ebpf\":\"full\"}", PinReason.NothingBetter)]
    [InlineData("\"volumes\":[{\"name\":\"data\",\"persistentVolumeClaim\":{\"claimName\":\"data\"}}]", PinReason.OtherDemands)]
    [InlineData("\"hostUsers\":false", PinReason.NotNeeded)]
    public void E2_a_pod_that_names_its_node_or_asks_for_more_is_not_pinned_and_says_why(string member, string reason)
    {
        var pod = Bare.Replace("\"containers\"", member + ",\"containers\"", StringComparison.Ordinal);
        var decision = Some.Decide(pod, Cluster(Mixed));

        Assert.Equal((Outcome.Injected, reason), (decision.Outcome, decision.Pin!.Reason));
        Assert.Equal(reason == PinReason.NothingBetter ? "ebpf-full" : "restricted", decision.Variant);
        Assert.Equal(0, Operations(decision).Count(operation => ((string)operation!["path"]!).StartsWith("/spec/affinity", StringComparison.Ordinal)));
    }

    // As a DaemonSet's template comes to the warning entry and to `coral inject`: its pods have to run on every node.
    [Fact]
    public void E2_the_template_of_a_DaemonSet_is_not_pinned()
    {
        var pod = Bare.Replace("\"name\":\"app\"}", "\"name\":\"app\",\"ownerReferences\":[{\"apiVersion\":\"apps/v1\",\"kind\":\"DaemonSet\",\"name\":\"all\",\"uid\":\"\",\"controller\":true}]}", StringComparison.Ordinal);
        var decision = Some.Decide(pod, Cluster(Mixed));

        Assert.Equal(("restricted", PinReason.NamesItsNode), (decision.Variant, decision.Pin!.Reason));
        AssertNoAffinity(decision, pod);
    }

    [Fact]
    public void Under_another_strategy_nothing_is_said_of_pins()
    {
        foreach (var strategy in new[] { Strategy.Common, Strategy.Exact })
        {
            var decision = Some.Decide(facts: Cluster(Mixed, policies: Pins() with { Strategy = strategy }));
            Assert.Null(decision.Pin);
            AssertNoAffinity(decision);
        }
    }

    // The form follows the nodes that the pod is kept on, and so does what SYS_RESOURCE is for.
    [Fact]
    public void A_pinned_pod_has_the_form_of_its_pinned_nodes()
    {
        var pinned = Some.Decide(Bare, Cluster(Mixed));
        var free = Some.Decide(Bare, Cluster(Mixed, Some.Namespace("restricted")));

        Assert.Equal((Form.Native, Form.Regular), (pinned.Form, free.Form));
        Assert.DoesNotContain("SYS_RESOURCE", Patched.Sidecar(pinned, Bare).GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("privileged", Outcome.Injected, "ebpf-minimal")]
    [InlineData("restricted", Outcome.Skipped, null)]
    public void A_pod_that_must_complete_may_take_the_native_sidecar_of_its_pinned_nodes(string level, Outcome outcome, string? variant)
    {
        var job = Some.HardenedPod.Replace("\"restartPolicy\":\"Always\"", "\"restartPolicy\":\"Never\"", StringComparison.Ordinal);
        var decision = Some.Decide(job, Cluster(Mixed, Some.Namespace(level)));

        Assert.Equal((outcome, variant), (decision.Outcome, decision.Variant));
        if (variant is null) Assert.Equal((Reasons.JobNeedsNative, PinReason.NotNeeded), (decision.Reason, decision.Pin!.Reason));
        else Assert.Equal((Form.Native, PinReason.Pinned), (decision.Form, decision.Pin!.Reason));
    }

    [Fact]
    public void A_pod_that_must_complete_and_has_no_better_nodes_is_left_alone()
    {
        var job = Bare.Replace("\"containers\"", "\"restartPolicy\":\"Never\",\"containers\"", StringComparison.Ordinal);

        Assert.Equal((Reasons.JobNeedsNative, PinReason.NothingBetter), (Some.Decide(job, Cluster([Old])).Reason, Some.Decide(job, Cluster([Old])).Pin!.Reason));
    }

    [Fact]
    public void What_a_rollout_holds_back_would_be_pinned_and_nobody_is_told()
    {
        var decision = Some.Decide(facts: Cluster(Mixed, policies: Pins() with { Rollout = Rollout.Observe }));

        Assert.Equal((Outcome.Skipped, "ebpf-minimal", PinReason.Pinned), (decision.Outcome, decision.Variant, decision.Pin!.Reason));
        Assert.True(decision.Patch.IsEmpty);
        Assert.Contains("coral.io/ebpf", System.Text.Encoding.UTF8.GetString(decision.HeldBack!.Patch.Span), StringComparison.Ordinal);
        Assert.DoesNotContain(decision.Warnings, warning => warning.Contains("kept on", StringComparison.Ordinal));
    }

    [Fact]
    public void A_second_call_patches_nothing()
    {
        var facts = Cluster(Mixed);
        var again = Patched.Again(Patched.Pod(Bare, Some.Decide(Bare, facts)), facts);

        Assert.Equal((Reasons.AlreadyInjected, true), (again.Reason, again.Patch.IsEmpty));
    }

    // Another webhook may take the container away between our two calls and leave the affinity.
    [Fact]
    public void A_pod_that_has_the_affinity_already_gets_the_same_sidecar_and_no_second_affinity()
    {
        var facts = Cluster(Mixed);
        var first = Some.Decide(Bare, facts);
        var robbed = JsonNode.Parse(Patched.Pod(Bare, first))!;
        foreach (var name in new[] { "initContainers", "volumes" }) robbed["spec"]!.AsObject().Remove(name);
        var again = Some.Decide(robbed.ToJsonString(), facts);

        Assert.Equal((first.Variant, first.Form, first.Template, PinReason.NothingBetter), (again.Variant, again.Form, again.Template, again.Pin!.Reason));
        AssertNoAffinity(again, robbed.ToJsonString());
    }

    [Fact]
    public void An_affinity_that_is_null_is_tested_before_it_is_replaced()
    {
        var pod = Bare.Replace("\"containers\"", "\"affinity\":null,\"containers\"", StringComparison.Ordinal);
        var operations = Operations(Some.Decide(pod, Cluster(Mixed)));
        var at = operations.ToList().FindIndex(operation => (string)operation!["path"]! == "/spec/affinity");

        Assert.Equal(("test", "add"), ((string)operations[at]!["op"]!, (string)operations[at + 1]!["op"]!));
        Assert.Null(operations[at]!["value"]);
    }

    [Fact]
    public void The_pods_own_affinity_stays_and_every_term_of_it_gets_the_requirement()
    {
        var pod = Bare.Replace("\"containers\"", """
            "affinity":{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1}]},"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[
             {"matchExpressions":[{"key":"zone","operator":"DoesNotExist"}]},{"matchExpressions":[{"key":"kubernetes.io/os","operator":"Exists"}]}]}}},"containers"
            """, StringComparison.Ordinal);
        var decision = Some.Decide(pod, Cluster(Mixed));
        var affinity = JsonNode.Parse(Patched.Pod(pod, decision))!["spec"]!["affinity"]!;

        Assert.Equal(PinReason.Pinned, decision.Pin!.Reason);
        Assert.Equal(1, (int)affinity["podAntiAffinity"]!["preferredDuringSchedulingIgnoredDuringExecution"]![0]!["weight"]!);
        Assert.All(
            affinity["nodeAffinity"]!["requiredDuringSchedulingIgnoredDuringExecution"]!["nodeSelectorTerms"]!.AsArray(),
            term => Assert.Equal(["coral.io/ebpf"], term!["matchExpressions"]!.AsArray().Skip(1).Select(requirement => (string)requirement!["key"]!)));
    }

    // The one promise of a pin: wherever the patched pod may land, what it got was proved there.
    [Fact]
    public void E2_what_a_pinned_pod_got_is_proved_on_every_node_where_it_may_land()
    {
        var pinned = 0;
        for (var seed = 0; seed < 1_500; seed++)
        {
            var random = new RandomCluster(seed);
            (NodeFacts, NodeReport?)[] nodes = [.. random.Nodes(10).Select(node =>
            {
                if (random.Chance(0.7)) node["metadata"]!["labels"]!["coral.io/ebpf"] = random.Chance(0.6) ? "minimal" : "full";
                var facts = NodeFacts.Read(JsonSerializer.SerializeToElement(node))!;
                return (facts, random.Chance(0.9) && facts.Labels.TryGetValue("coral.io/ebpf", out var label) ? label == "full" ? Samples.ProvesFull(facts.Name) : Samples.ProvesMinimal(facts.Name) : random.Report(facts.Name));
            })];
            var pod = JsonNode.Parse(Bare)!;
            foreach (var (name, value) in random.Pod(valid: false)) pod["spec"]![name] = value?.DeepClone();
            var facts = Cluster(nodes);
            var decision = Some.Decide(pod.ToJsonString(), facts);
            if (decision.Pin?.Reason != PinReason.Pinned) continue;

            pinned++;
            var floor = facts.Nodes.FloorFor(Some.Json(Patched.Pod(pod.ToJsonString(), decision)).GetProperty("spec"), default, Strategy.Common);
            Assert.True(floor.Reason == decision.Floor!.Reason && floor.FeasibleCount == decision.Floor.FeasibleCount && floor.FeasibleCount >= Pin.FewestNodes, $"seed {seed}: {decision.Floor}, and then {floor}");
            Assert.True(decision.Variant == "ebpf-minimal" ? floor.ProvesMinimal : floor.ProvesFull, $"seed {seed}: {decision.Variant} on {floor}");
        }

        Assert.True(pinned > 50, $"only {pinned} were pinned");
    }

    private static void AssertNoAffinity(Decision decision, string pod = Some.HardenedPod)
    {
        var patched = JsonNode.Parse(Patched.Pod(pod, decision))!["spec"]!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(pod)!["spec"]!["affinity"], patched["affinity"]), patched.ToJsonString());
    }

    private static JsonArray Operations(Decision decision) => (JsonArray)JsonNode.Parse(decision.Patch.Span)!;

    private static InjectionPolicy Pins() => Some.Policy("pins") with { Strategy = Strategy.Pin };

    private static ClusterFacts Cluster((NodeFacts Node, NodeReport? Report)[] nodes, NamespaceFacts? scope = null, params InjectionPolicy[] policies) =>
        Some.Cluster(scope, Samples.Index(nodes), policies is [] ? [Pins()] : policies);

    private static (NodeFacts, NodeReport?) Minimal(string name) => (Labelled(name, "minimal"), Samples.ProvesMinimal(name));

    private static (NodeFacts, NodeReport?) Full(string name) => (Labelled(name, "full"), Samples.ProvesFull(name));

    private static NodeFacts Labelled(string name, string value) => Samples.Node(name, $"\"coral.io/ebpf\": \"{value}\", \"kubernetes.io/os\": \"linux\"");
}
