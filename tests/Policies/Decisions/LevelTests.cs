using Coral.Policies.PodSecurity;
using Coral.Policies.Selection;

namespace Coral.Policies.Tests.Decisions;

/// <summary>The level that counts where an API server's own configuration, a probe of it, and a policy speak about a namespace whose labels are silent.</summary>
public sealed class LevelTests
{
    [Theory]
    // label, configured, probed, policy -> level, origin, warned
    [InlineData("privileged", Level.Restricted, Level.Restricted, Level.Restricted, Level.Privileged, LevelOrigin.Label, false)]
    [InlineData("", Level.Baseline, Level.Privileged, null, Level.Baseline, LevelOrigin.Configured, false)]
    [InlineData("", null, Level.Baseline, null, Level.Baseline, LevelOrigin.Probed, false)]
    [InlineData("", null, Level.Privileged, null, Level.Privileged, LevelOrigin.Probed, false)]
    [InlineData("", null, null, Level.Baseline, Level.Baseline, LevelOrigin.Policy, false)]
    [InlineData("", null, null, null, Level.Restricted, LevelOrigin.Assumed, true)]
    // A policy can tighten what is known and no more.
    [InlineData("", null, Level.Privileged, Level.Restricted, Level.Restricted, LevelOrigin.Policy, false)]
    [InlineData("", null, Level.Baseline, Level.Privileged, Level.Baseline, LevelOrigin.Probed, true)]
    [InlineData("", Level.Restricted, null, Level.Baseline, Level.Restricted, LevelOrigin.Configured, true)]
    [InlineData("", null, Level.Baseline, Level.Baseline, Level.Baseline, LevelOrigin.Probed, false)]
    public void The_level_comes_from_whoever_knows_it(string label, Level? configured, Level? probed, Level? policy, Level level, LevelOrigin origin, bool warned)
    {
        var decision = Some.Decide(facts: Some.Cluster(Some.Namespace(label), policies: Some.Policy() with { DefaultLevel = policy }) with
        {
            PodSecurity = Defaults(configured),
            Probed = Defaults(probed),
        });

        Assert.Equal((level, origin), (decision.Level!.Value.Level, decision.Level.Value.Origin));
        Assert.Equal(warned, !decision.Warnings.IsEmpty);
    }

    [Theory]
    [InlineData("v1.22", "v1.22")]
    [InlineData("v1.99", "v1.36")]
    [InlineData("latest", "v1.36")]
    public void A_configured_version_counts_too(string asked, string evaluated)
    {
        Assert.True(PolicyVersion.TryParse(asked, out var version));
        var level = Some.Decide(facts: Some.Cluster(Some.Namespace("")) with { PodSecurity = new() { Enforce = new LevelVersion(Level.Baseline, version) } }).Level!.Value;
        Assert.Equal((evaluated, asked), (level.Version.ToString(), level.Asked.Version.ToString()));
    }

    [Fact]
    public void A_version_label_without_a_level_label_pins_the_default()
    {
        var scope = Some.Namespace("", ("pod-security.kubernetes.io/enforce-version", "v1.30"));
        Assert.Equal("v1.30", Some.Decide(facts: Some.Cluster(scope) with { Probed = Defaults(Level.Baseline) }).Level!.Value.Version.ToString());
    }

    [Theory]
    [InlineData("shop", "", "", PodSecurityExemption.Namespace)]
    [InlineData("", "system:serviceaccount:kube-system:replicaset-controller", "", PodSecurityExemption.User)]
    [InlineData("", "", "trusted", PodSecurityExemption.RuntimeClass)]
    [InlineData("shop2", "jane", "trust", PodSecurityExemption.None)]
    public void Where_an_exemption_lifts_Pod_Security_the_nodes_decide(string ns, string user, string runtime, PodSecurityExemption exemption)
    {
        var request = Some.Request(Some.HardenedPod.Replace("\"restartPolicy\"", "\"runtimeClassName\":\"trusted\",\"restartPolicy\"", StringComparison.Ordinal)) with
        {
            Requester = new Requester("system:serviceaccount:kube-system:replicaset-controller", "", []),
        };
        var facts = Some.Cluster(Some.Namespace("restricted")) with
        {
            PodSecurity = new() { Namespaces = [ns], Usernames = [user], RuntimeClasses = [runtime] },
            RuntimeClasses = FactsReader.RuntimeClasses([Some.Json("""{"metadata":{"name":"trusted"},"handler":"runc"}""")]),
        };

        var decision = Some.Engine.Decide(request, facts);

        Assert.Equal(exemption, decision.Level!.Value.Exemption);
        Assert.Equal(
            exemption == PodSecurityExemption.None ? (LevelOrigin.Label, Level.Restricted, "restricted") : (LevelOrigin.Exempt, Level.Privileged, "ebpf-minimal"),
            (decision.Level.Value.Origin, decision.Level.Value.Level, decision.Variant));
    }

    private static PodSecurityDefaults? Defaults(Level? enforce) => enforce is { } level ? new PodSecurityDefaults { Enforce = new LevelVersion(level, PolicyVersion.Latest) } : null;
}
