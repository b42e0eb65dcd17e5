using Coral.NodeAgent.Capabilities;
using Coral.Policies.Nodes;
using Coral.Policies.Variants;

namespace Coral.NodeAgent.Tests.Capabilities;

public sealed class TrialTests
{
    [Theory]
    [InlineData(1, false, FactState.Denied)]
    [InlineData(13, false, FactState.Denied)]
    [InlineData(13, true, FactState.Error)]
    [InlineData(22, true, FactState.Absent)]
    [InlineData(2, false, FactState.Absent)]
    [InlineData(3, false, FactState.Absent)]
    [InlineData(7, false, FactState.Absent)]
    [InlineData(95, false, FactState.Absent)]
    [InlineData(524, false, FactState.Absent)]
    [InlineData(12, false, FactState.Error)]
    [InlineData(16, false, FactState.Error)]
    public void An_error_number_says_absent_denied_or_error(int errno, bool byVerifier, FactState expected) => Assert.Equal(expected, Trial.StateOf(errno, byVerifier));

    [Fact]
    public void The_capabilities_of_a_trial_are_exactly_those_of_the_variant()
    {
        Assert.Equal((1UL << 39) | (1UL << 38) | (1UL << 12), NodeProbe.CapabilitiesOf("ebpf-minimal"));
        Assert.Equal((1UL << 21) | (1UL << 19) | (1UL << 12), NodeProbe.CapabilitiesOf("ebpf-full"));
        Assert.Contains(VariantCatalogue.Shipped.Variants, variant => variant.Name == "ebpf-minimal");
    }

    [Fact]
    public void Every_fact_has_a_name_of_its_own() => Assert.Distinct(FactCatalogue.All.Select(fact => fact.Name));

    [Fact]
    public void A_collector_falls_to_the_next_tier_and_says_why()
    {
        var facts = Samples.Outcome("/", ("tp_btf:inet_sock_set_state", Samples.Denied, Samples.Ok, Samples.Ok), ("tp_btf:sys_exit", Samples.Denied, Samples.Ok, Samples.Ok), ("fentry", Samples.Denied, Samples.Ok, Samples.Ok)).Facts;

        var tiers = CollectorTiers.Choose(facts).ToDictionary(tier => tier.Name);

        Assert.Equal("T2", tiers["files"].Tier);
        Assert.Equal(["T0 lacks tp_btf:sys_exit (denied)", "T1 lacks fentry (denied)"], tiers["files"].Reasons.Take(2));
        // There is one way for these, and no kernel probe in its place.
        Assert.All(["connect", "tcp_metrics"], name => Assert.Equal(("none", "T0 lacks tp_btf:inet_sock_set_state (denied)"), (tiers[name].Tier, tiers[name].Reasons.Single())));
        Assert.Equal("T0", tiers["exec"].Tier);
        Assert.Empty(tiers["exec"].Reasons);
    }
}
