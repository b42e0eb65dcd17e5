using Coral.Policies.Selection;

namespace Coral.Policies.Tests.Decisions;

/// <summary>Modes, mismatches and rollouts: a tenant may lower, an operator may grant.</summary>
public sealed class ModeTests
{
    [Theory]
    [InlineData("auto", null, "ebpf-minimal", Reasons.ProvedMinimal)]
    [InlineData("restricted", null, "restricted", Reasons.ModeRequested)]
    [InlineData(null, "restricted", "restricted", Reasons.ModeRequested)]
    [InlineData("ebpf-minimal", null, "ebpf-minimal", Reasons.ModeRequested)]
    [InlineData("ebpf-full", null, "ebpf-minimal", Reasons.ModeNotGranted)]
    [InlineData(null, "ebpf-full", "ebpf-minimal", Reasons.ModeNotGranted)]
    [InlineData("restricted", "ebpf-minimal", "restricted", Reasons.ModeNotGranted)]
    [InlineData("restricted", "auto", "restricted", Reasons.ModeRequested)]
    [InlineData("ebpf-minimal", "restricted", "restricted", Reasons.ModeRequested)]
    [InlineData("ebpf-privileged", null, "ebpf-minimal", Reasons.ModeNotGranted)]
    [InlineData("nonsense", null, "restricted", Reasons.InvalidMode)]
    [InlineData(null, "EBPF-MINIMAL", "restricted", Reasons.InvalidMode)]
    public void Anybody_lowers_and_nobody_raises_without_a_grant(string? scope, string? pod, string variant, string reason)
    {
        var decision = Decide(scope, pod);

        Assert.Equal((Outcome.Injected, variant, reason), (decision.Outcome, decision.Variant, decision.Reason));
    }

    [Theory]
    [InlineData("ebpf-full", null, "ebpf-full")]
    [InlineData("restricted", "ebpf-full", "ebpf-full")]
    [InlineData("ebpf-privileged", null, "ebpf-minimal")]
    public void A_policy_grants_what_it_names_and_nothing_else(string? scope, string? pod, string variant)
    {
        Assert.Equal(variant, Decide(scope, pod, Some.Policy() with { RaiseModes = ["ebpf-full"] }).Variant);
    }

    [Fact]
    public void A_grant_does_not_help_past_the_level_or_the_nodes()
    {
        var grant = Some.Policy() with { RaiseModes = ["ebpf-full", "ebpf-privileged"] };
        var baseline = Some.Decide(facts: Some.Cluster(Some.Namespace("baseline", ("coral.io/mode", "ebpf-full")), policies: grant));
        var unproved = Some.Decide(facts: Some.Cluster(Some.Namespace(more: ("coral.io/mode", "ebpf-full")), Some.Proving(true, false), grant));

        Assert.Equal(("restricted", Reasons.ModeNotAdmitted), (baseline.Variant, baseline.Reason));
        Assert.Equal(("ebpf-minimal", Reasons.ModeNotProved), (unproved.Variant, unproved.Reason));
    }

    [Fact]
    public void A_mode_that_lowers_and_does_not_hold_goes_further_down_never_up()
    {
        var decision = Some.Decide(facts: Some.Cluster(Some.Namespace(more: ("coral.io/mode", "ebpf-minimal")), Some.Proving(minimal: false, full: true)));

        Assert.Equal(("restricted", Reasons.ModeNotProved), (decision.Variant, decision.Reason));
    }

    [Theory]
    [InlineData("downgrade", Outcome.Injected)]
    [InlineData("skip", Outcome.Skipped)]
    [InlineData("deny", Outcome.Denied)]
    [InlineData("explode", Outcome.Injected)]
    public void A_mismatch_ends_as_the_namespace_says(string value, Outcome outcome)
    {
        var decision = Some.Decide(facts: Some.Cluster(Some.Namespace("baseline", ("coral.io/mode", "ebpf-minimal"), ("coral.io/on-mismatch", value))));

        Assert.Equal((outcome, Reasons.ModeNotAdmitted), (decision.Outcome, decision.Reason));
        Assert.Equal(outcome == Outcome.Injected, !decision.Patch.IsEmpty);
        Assert.Equal(value == "explode", decision.Warnings.Any(warning => warning.Contains("on-mismatch", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_policy_says_what_a_mismatch_does_and_the_namespace_may_say_otherwise()
    {
        var policy = Some.Policy() with { OnMismatch = OnMismatch.Deny };

        Assert.Equal(Outcome.Denied, Some.Decide(facts: Some.Cluster(Some.Namespace("baseline", ("coral.io/mode", "ebpf-minimal")), policies: policy)).Outcome);
        Assert.Equal(Outcome.Skipped, Some.Decide(facts: Some.Cluster(Some.Namespace("baseline", ("coral.io/mode", "ebpf-minimal"), ("coral.io/on-mismatch", "skip")), policies: policy)).Outcome);
    }

    [Fact]
    public void Every_variant_that_was_tried_says_what_became_of_it()
    {
        var decision = Decide("restricted", null);

        Assert.Equal([("ebpf-minimal", Reasons.NotNeeded), ("restricted", null)], decision.Candidates.Select(candidate => (candidate.Variant, candidate.Reason)));
    }

    [Fact]
    public void A_policy_limits_the_modes()
    {
        Assert.Equal("restricted", Decide(null, null, Some.Policy() with { AllowedModes = ["restricted"] }).Variant);
        var decision = Decide(null, null, Some.Policy() with { AllowedModes = ["ebpf-privileged"] });
        Assert.Equal((Outcome.Skipped, Reasons.NoVariantAllowed), (decision.Outcome, decision.Reason));
        Assert.Equal(Reasons.ModeExcluded, Decide("ebpf-minimal", null, Some.Policy() with { AllowedModes = ["restricted"] }).Reason);
    }

    [Theory]
    [InlineData("observe", null, Reasons.RolloutObserve, 0)]
    [InlineData("annotate", null, Reasons.RolloutAnnotate, 2)]
    [InlineData("inject", Rollout.Observe, Reasons.RolloutObserve, 0)]
    [InlineData("observe", Rollout.Inject, Reasons.RolloutObserve, 0)]
    [InlineData("typo", null, Reasons.RolloutObserve, 0)]
    public void A_rollout_holds_back_and_the_more_cautious_counts(string? scope, Rollout? policy, string reason, int operations)
    {
        var decision = Some.Decide(facts: Some.Cluster(Some.Namespace(more: ("coral.io/rollout", scope!)), policies: Some.Policy() with { Rollout = policy }));

        Assert.Equal((Outcome.Skipped, reason, "ebpf-minimal", operations), (decision.Outcome, decision.Reason, decision.Variant, decision.PatchOperations));
        Assert.Contains(decision.Warnings, warning => warning.Contains("ebpf-minimal", StringComparison.Ordinal));
    }

    [Fact]
    public void Policies_match_by_priority_then_name()
    {
        var facts = Some.Cluster(policies:
        [
            Some.Policy("b") with { Priority = 5, AllowedModes = ["restricted"] },
            Some.Policy("c") with { Priority = 5 },
            Some.Policy("a") with { Priority = 4 },
            Some.Policy("d") with { Priority = 9, Match = new PolicyMatch { Namespaces = new NamespaceMatch(["elsewhere"], null) } },
        ]);

        Assert.Equal("b", Some.Decide(facts: facts).Policy);
    }

    [Theory]
    [InlineData("ngi*", true)]
    [InlineData("*", true)]
    [InlineData("*/nginx", false)]
    [InlineData("nginx", true)]
    [InlineData("n*g*x", true)]
    [InlineData("n*y", false)]
    public void Policies_match_by_image_pattern(string pattern, bool matches)
    {
        var facts = Some.Cluster(policies: Some.Policy() with { Match = new PolicyMatch { Images = [pattern] } });

        Assert.Equal(matches ? "policy" : null, Some.Decide(facts: facts).Policy);
    }

    private static Decision Decide(string? scope, string? pod, params InjectionPolicy[] policies)
    {
        var facts = scope is null ? Some.Namespace() : Some.Namespace(more: ("coral.io/mode", scope));
        var text = pod is null ? Some.HardenedPod : Some.HardenedPod.Replace("{\"name\":\"app\"}", $$$"""{"name":"app","annotations":{"coral.io/mode":"{{{pod}}}"}}""", StringComparison.Ordinal);
        return Some.Decide(text, Some.Cluster(facts, policies: policies));
    }
}
