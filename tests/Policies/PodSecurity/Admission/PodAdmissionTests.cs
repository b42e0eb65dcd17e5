using Coral.Policies.PodSecurity;
using Coral.Policies.PodSecurity.Admission;

namespace Coral.Policies.Tests.PodSecurity.Admission;

/// <summary>Pods on CREATE.</summary>
public sealed class PodAdmissionTests
{
    private static readonly PodSecurityDefaults Exempting = new()
    {
        Namespaces = ["shop"],
        Usernames = ["alice"],
        RuntimeClasses = ["gvisor"],
    };

    [Fact]
    public void A_refused_pod_is_annotated_and_not_warned_about()
    {
        var outcome = Requests.Judge(Requests.Create(Requests.Privileged), "enforce=baseline audit=baseline audit-version=v1.20");

        const string Why = "privileged (container \"a\" must not set securityContext.privileged=true)";
        Assert.False(outcome.Allowed);
        Assert.Equal($"violates PodSecurity \"baseline:latest\": {Why}", outcome.Refusal);
        Assert.Empty(outcome.Warnings);
        Assert.Equal($"audit-violations=would violate PodSecurity \"baseline:v1.20\": {Why} enforce-policy=baseline:latest", outcome.Annotations());
    }

    [Fact]
    public void A_pod_that_passes_is_warned_about_and_audited_by_the_other_levels()
    {
        var outcome = Requests.Judge(Requests.Create(Requests.Plain), "enforce=baseline audit=privileged warn=restricted warn-version=v1.7");

        Assert.True(outcome.Allowed);
        Assert.Equal(
            "would violate PodSecurity \"restricted:v1.7\": runAsNonRoot != true (pod or container \"a\" must set securityContext.runAsNonRoot=true)",
            Assert.Single(outcome.Warnings));
        Assert.Equal("enforce-policy=baseline:latest", outcome.Annotations());
    }

    [Fact]
    public void Where_all_modes_are_privileged_nothing_is_judged() =>
        Assert.Equal("enforce-policy=privileged:latest", Requests.Judge(Requests.Create(Requests.Privileged), "enforce=privileged enforce-version=v1.30").Annotations());

    [Theory]
    [InlineData("warn=restricted", "privileged:latest")]
    [InlineData("audit=restricted enforce-version=v1.30", "privileged:v1.30")]
    public void Where_one_mode_is_not_privileged_the_pod_is_judged(string labels, string policy) =>
        Assert.Contains($"enforce-policy={policy}", Requests.Judge(Requests.Create(Requests.Privileged), labels).Annotations(), StringComparison.Ordinal);

    [Theory]
    [InlineData("shop", "alice", "gvisor", PodSecurityExemption.Namespace, "exempt=namespace")]
    [InlineData("bank", "alice", "gvisor", PodSecurityExemption.User, "exempt=user")]
    [InlineData("bank", "bob", "gvisor", PodSecurityExemption.RuntimeClass, "exempt=runtimeClass")]
    public void The_first_exemption_counts_and_silences_every_mode(string ns, string user, string runtimeClass, PodSecurityExemption expected, string annotations)
    {
        var request = Requests.Create(Requests.Privileged, $"\"runtimeClassName\":\"{runtimeClass}\"") with { Namespace = ns, Username = user };

        var outcome = Requests.Judge(request, "enforce=restricted", Exempting);

        Assert.True(outcome.Allowed);
        Assert.Empty(outcome.Warnings);
        Assert.Equal(expected, outcome.Exemption);
        Assert.Equal(annotations, outcome.Annotations());
    }

    [Theory]
    [InlineData("SHOP", "Alice", "\"runtimeClassName\":\"gvisor2\"")]
    [InlineData("bank", "", "\"runtimeClassName\":null")]
    public void An_exemption_is_an_exact_name(string ns, string user, string runtimeClass)
    {
        var request = Requests.Create(Requests.Privileged, runtimeClass) with { Namespace = ns, Username = user };
        Assert.False(Requests.Judge(request, "enforce=restricted", Exempting).Allowed);
    }

    [Fact]
    public void The_runtime_class_is_not_looked_at_where_all_modes_are_privileged()
    {
        var request = Requests.Create(Requests.Privileged, "\"runtimeClassName\":\"gvisor\"") with { Namespace = "bank" };
        Assert.Equal(PodSecurityExemption.None, Requests.Judge(request, "", Exempting).Exemption);
    }

    [Theory]
    [InlineData("exec")]
    [InlineData("attach")]
    [InlineData("binding")]
    [InlineData("eviction")]
    [InlineData("log")]
    [InlineData("portforward")]
    [InlineData("proxy")]
    [InlineData("status")]
    public void Some_subresources_are_ignored_even_before_exemptions(string subresource) =>
        AssertSilent(Requests.Judge(Requests.Create(Requests.Privileged) with { SubResource = subresource }, "enforce=restricted", Exempting));

    [Fact]
    public void A_subresource_that_nobody_knows_is_judged() =>
        Assert.False(Requests.Judge(Requests.Create(Requests.Privileged) with { SubResource = "future" }, "enforce=restricted").Allowed);

    [Theory]
    [InlineData("DELETE", "pods")]
    [InlineData("CONNECT", "pods")]
    [InlineData("CREATE", "services")]
    [InlineData("CREATE", "deployments")]
    [InlineData("CREATE", "pods.metrics.k8s.io")]
    public void Other_operations_and_resources_are_none_of_its_business(string operation, string resource) =>
        AssertSilent(Requests.Judge(Requests.Create(Requests.Privileged) with { Operation = operation, Resource = resource }, "enforce=restricted"));

    [Fact]
    public void The_servers_version_bounds_what_is_evaluated_but_not_what_is_said()
    {
        var request = Requests.Create("""{"name":"a","livenessProbe":{"tcpSocket":{"host":"h"}}}""");
        var levels = Requests.Levels("enforce=baseline enforce-version=v1.34");

        var old = PodSecurityAdmission.Judge(request, levels, PodSecurityDefaults.BuiltIn, new KubernetesVersion(1, 33));
        var newer = PodSecurityAdmission.Judge(request, levels, PodSecurityDefaults.BuiltIn, new KubernetesVersion(1, 34));

        Assert.True(old.Allowed);
        Assert.Equal("enforce-policy=baseline:v1.34", old.Annotations());
        Assert.False(newer.Allowed);
    }

    [Theory]
    [InlineData("enforce=privileged warn=Baseline", "error=Failed to parse policy: metadata.labels[pod-security.kubernetes.io/warn]: Invalid value: \"Baseline\": must be one of privileged, baseline, restricted")]
    [InlineData("enforce-version=1 audit-version=2", "error=Failed to parse policy: [metadata.labels[pod-security.kubernetes.io/enforce-version]: Invalid value: \"1\": must be \"latest\" or \"v1.x\", "
        + "metadata.labels[pod-security.kubernetes.io/audit-version]: Invalid value: \"2\": must be \"latest\" or \"v1.x\"]")]
    public void Labels_that_cannot_be_read_are_told_to_the_audit(string labels, string error) =>
        Assert.Equal($"enforce-policy=privileged:latest {error}", Requests.Judge(Requests.Create(Requests.Privileged), labels).Annotations());

    private static void AssertSilent(PodSecurityOutcome outcome) => Assert.Same(PodSecurityOutcome.Silent, outcome);
}
