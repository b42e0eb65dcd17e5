using System.Collections.Immutable;

namespace Coral.Policies.Tests.Decisions;

/// <summary>Case C of the acceptance list (injectors.md §6): who opted in.</summary>
public sealed class OptInTests
{
    public static TheoryData<string?, string?, string, bool> TruthTable
    {
        get
        {
            var table = new TheoryData<string?, string?, string, bool>();
            foreach (var scope in new[] { "true", "false", null, "invalid" })
            {
                table.Add(scope, "true", "injected", scope == "invalid");
                table.Add(scope, "false", Reasons.OptedOut, scope == "invalid");
                table.Add(scope, "invalid", Reasons.InvalidInjectValue, true);
            }

            table.Add("true", null, "injected", false);
            table.Add("false", null, Reasons.OptedOut, false);
            table.Add(null, null, Reasons.NotOptedIn, false);
            table.Add("invalid", null, Reasons.InvalidInjectValue, true);
            return table;
        }
    }

    [Theory]
    [MemberData(nameof(TruthTable))]
    public void C1_namespace_and_pod_by_truth_table(string? scope, string? pod, string expected, bool warned)
    {
        var decision = Decide(scope, label: pod);

        Assert.Equal(expected, decision.Outcome == Outcome.Injected ? "injected" : decision.Reason);
        Assert.Equal(warned, decision.Warnings.Any(warning => warning.Contains("must be \"true\" or \"false\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("True")]
    [InlineData("TRUE")]
    [InlineData("yes")]
    [InlineData("enabled")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData(" true")]
    [InlineData("true ")]
    public void C1_C2_no_other_spelling_is_a_value_and_none_is_denied(string value)
    {
        foreach (var decision in new[] { Decide(value, null), Decide("true", value), Decide(null, value) })
        {
            Assert.Equal((Outcome.Skipped, Reasons.InvalidInjectValue), (decision.Outcome, decision.Reason));
            Assert.Contains(decision.Warnings, warning => warning.Contains($"\"{value}\"", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("true", "injected", true)]
    [InlineData("false", Reasons.OptedOut, false)]
    [InlineData("sure", Reasons.InvalidInjectValue, true)]
    public void C3_an_annotation_stands_in_for_the_label_and_is_warned_about_unless_it_says_false(string value, string expected, bool warned)
    {
        var decision = Decide("true", null, annotation: value);

        Assert.Equal(expected, decision.Outcome == Outcome.Injected ? "injected" : decision.Reason);
        Assert.Equal(warned, decision.Warnings.Any(warning => warning.Contains("annotation", StringComparison.Ordinal)));
    }

    [Fact]
    public void C4_of_a_label_and_an_annotation_that_disagree_the_label_counts()
    {
        Assert.Equal(Outcome.Injected, Decide("true", "true", annotation: "false").Outcome);
        Assert.Equal(Reasons.OptedOut, Decide("true", "false", annotation: "true").Reason);
    }

    [Theory]
    [InlineData("kube-system")]
    [InlineData("kube-public")]
    [InlineData("kube-node-lease")]
    [InlineData("coral-system")]
    public void C6_system_namespaces_are_skipped_with_a_warning_even_when_they_opted_in(string name)
    {
        var scope = Some.Namespace() with { Name = name };
        var decision = Some.Engine.Decide(Some.Request(ns: name), Some.Cluster(scope));

        Assert.Equal((Outcome.Skipped, Reasons.ExcludedNamespace), (decision.Outcome, decision.Reason));
        Assert.Contains(decision.Warnings, warning => warning.Contains(Reasons.ExcludedNamespace, StringComparison.Ordinal));
    }

    [Fact]
    public void C6_a_policy_excludes_more_namespaces()
    {
        var decision = Some.Decide(facts: Some.Cluster(policies: Some.Policy() with { ExcludedNamespaces = ["shop"] }));

        Assert.Equal(Reasons.ExcludedNamespace, decision.Reason);
    }

    [Theory]
    [InlineData("""{"annotations":{"kubernetes.io/config.mirror":"abc"}}""")]
    [InlineData("""{"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n","controller":true}]}""")]
    public void C7_static_pods_are_untouched(string metadata)
    {
        Assert.Equal(Reasons.MirrorPod, Some.Decide($$$"""{"metadata":{{{metadata}}},"spec":{"containers":[]}}""").Reason);
    }

    [Theory]
    [InlineData("hostNetwork", Reasons.HostNetwork)]
    [InlineData("hostPID", Reasons.HostPid)]
    [InlineData("hostIPC", Reasons.HostIpc)]
    public void C8_pods_in_namespaces_of_the_node_are_skipped_with_a_warning(string member, string reason)
    {
        var decision = Some.Decide($$$"""{"metadata":{},"spec":{"{{{member}}}":true,"containers":[]}}""");

        Assert.Equal(reason, decision.Reason);
        Assert.Contains(decision.Warnings, warning => warning.Contains(reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"os":{"name":"windows"}}""", true)]
    [InlineData("""{"os":{"name":"linux"}}""", false)]
    [InlineData("""{"nodeSelector":{"kubernetes.io/os":"windows"}}""", true)]
    [InlineData("""{"nodeSelector":{"kubernetes.io/arch":"arm64"}}""", false)]
    [InlineData("""{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"kubernetes.io/os","operator":"In","values":["windows"]}]}]}}}}""", true)]
    [InlineData("""{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"kubernetes.io/os","operator":"In","values":["windows"]}]},{"matchExpressions":[{"key":"a","operator":"Exists"}]}]}}}}""", false)]
    [InlineData("""{"runtimeClassName":"windows-2022"}""", true)]
    public void C9_windows_pods_are_skipped_however_they_say_it(string spec, bool windows)
    {
        var facts = Some.Cluster() with
        {
            RuntimeClasses = ImmutableDictionary<string, RuntimeClassFacts>.Empty.Add(
                "windows-2022", RuntimeClassFacts.Read(Some.Json("""{"metadata":{"name":"windows-2022"},"handler":"runhcs","scheduling":{"nodeSelector":{"kubernetes.io/os":"windows"}}}"""))),
        };
        var decision = Some.Decide($$$"""{"metadata":{},"spec":{{{spec}}}}""", facts);

        Assert.Equal(windows, decision.Reason == Reasons.Windows);
    }

    [Theory]
    [InlineData("""[{"apiVersion":"argoproj.io/v1alpha1","kind":"Workflow","name":"w","controller":true}]""")]
    [InlineData("""[{"apiVersion":"actions.github.com/v1alpha1","kind":"EphemeralRunner","name":"r","controller":true}]""")]
    [InlineData("[]")]
    public void C11_pods_of_uncommon_creators_are_treated_alike(string owners)
    {
        var pod = Some.HardenedPod.Replace("\"name\":\"app\"}", $$"""
            "name":"app","ownerReferences":{{owners}}}
            """, StringComparison.Ordinal);

        Assert.Equal("ebpf-minimal", Some.Engine.Decide(Some.Request(pod) with { Requester = new Requester("somebody", "", []) }, Some.Cluster()).Variant);
    }

    [Fact]
    public void C12_our_own_labels_on_a_tenants_pod_do_not_help_it_past_a_required_namespace()
    {
        var facts = Some.Cluster(Some.Namespace(more: ("coral.io/required", "true")));
        var pod = Some.HardenedPod.Replace("\"name\":\"app\"}", """
            "name":"app","labels":{"app":"coral-agent","app.kubernetes.io/part-of":"coral-policy"},"annotations":{"coral.io/injected":"true","coral.io/status":"{}"}}
            """, StringComparison.Ordinal);

        Assert.Equal((Outcome.Denied, Reasons.SidecarRequired), Ending(Some.Engine.Validate(Some.Request(pod), facts)));
        Assert.Equal(Outcome.Injected, Some.Decide(pod, facts).Outcome);
    }

    [Fact]
    public void A_required_namespace_lets_intact_sidecars_and_opted_out_pods_pass()
    {
        var facts = Some.Cluster(Some.Namespace(more: ("coral.io/required", "true")));
        var injected = Patched.Pod(Some.HardenedPod, Some.Decide(facts: facts));
        var out_ = Some.HardenedPod.Replace("\"name\":\"app\"}", "\"name\":\"app\",\"labels\":{\"coral.io/inject\":\"false\"}}", StringComparison.Ordinal);

        Assert.Equal((Outcome.Skipped, Reasons.Validated), Ending(Some.Engine.Validate(Some.Request(injected), facts)));
        Assert.Equal((Outcome.Skipped, Reasons.Validated), Ending(Some.Engine.Validate(Some.Request(out_), facts)));
        Assert.Equal((Outcome.Skipped, Reasons.Validated), Ending(Some.Engine.Validate(Some.Request(), Some.Cluster())));
    }

    private static (Outcome, string) Ending(Decision decision) => (decision.Outcome, decision.Reason);

    private static Decision Decide(string? scope, string? label, string? annotation = null)
    {
        var facts = Some.Namespace();
        facts = facts with { Labels = scope is null ? facts.Labels.Remove("coral.io/inject") : facts.Labels.SetItem("coral.io/inject", scope) };
        var metadata = new System.Text.Json.Nodes.JsonObject { ["name"] = "app" };
        if (label is not null) metadata["labels"] = new System.Text.Json.Nodes.JsonObject { ["coral.io/inject"] = label };
        if (annotation is not null) metadata["annotations"] = new System.Text.Json.Nodes.JsonObject { ["coral.io/inject"] = annotation };
        return Some.Decide(Some.HardenedPod.Replace("{\"name\":\"app\"}", metadata.ToJsonString(), StringComparison.Ordinal), Some.Cluster(facts));
    }
}
