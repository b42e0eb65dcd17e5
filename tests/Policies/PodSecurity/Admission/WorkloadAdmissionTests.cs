using Coral.Policies.PodSecurity;
using Coral.Policies.PodSecurity.Admission;

namespace Coral.Policies.Tests.PodSecurity.Admission;

/// <summary>Workloads are judged by their pod template, for audit and warn only.</summary>
public sealed class WorkloadAdmissionTests
{
    public static TheoryData<string> Resources => new(Requests.Workloads.Select(workload => workload.Resource));

    [Theory]
    [MemberData(nameof(Resources))]
    public void No_workload_is_refused_but_its_author_is_warned(string resource)
    {
        var outcome = Requests.Judge(Requests.Workload(resource, Template(Requests.Privileged)), "enforce=baseline audit=baseline");

        const string Why = "would violate PodSecurity \"baseline:latest\": privileged (container \"a\" must not set securityContext.privileged=true)";
        Assert.True(outcome.Allowed);
        Assert.Equal(Why, Assert.Single(outcome.Warnings));
        Assert.Equal($"audit-violations={Why}", outcome.Annotations());
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void A_subresource_of_a_workload_is_ignored(string resource) => Assert.Same(
        PodSecurityOutcome.Silent, Requests.Judge(Requests.Workload(resource, Template(Requests.Privileged)) with { SubResource = "scale" }, "warn=restricted"));

    [Fact]
    public void Enforce_alone_does_not_concern_workloads() => Assert.Same(
        PodSecurityOutcome.Silent, Requests.Judge(Requests.Workload("deployments.apps", Template(Requests.Privileged)), "enforce=restricted warn=privileged"));

    [Theory]
    [InlineData("shop", "exempt=namespace")]
    [InlineData("bank", "exempt=runtimeClass")]
    public void Exemptions_hold_for_workloads_too(string ns, string annotations)
    {
        var defaults = new PodSecurityDefaults { Namespaces = ["shop"], RuntimeClasses = ["gvisor"] };
        var request = Requests.Workload("jobs.batch", Template(Requests.Privileged, "\"runtimeClassName\":\"gvisor\",")) with { Namespace = ns };

        var outcome = Requests.Judge(request, "warn=restricted", defaults);

        Assert.Empty(outcome.Warnings);
        Assert.Equal(annotations, outcome.Annotations());
    }

    [Fact]
    public void An_update_is_always_judged() => Assert.Single(
        Requests.Judge(Requests.Workload("deployments.apps", Template(Requests.Privileged)) with { Operation = "UPDATE" }, "warn=baseline").Warnings);

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{}")]
    public void A_workload_without_a_template_has_nothing_to_judge(string template) =>
        Assert.Empty(Requests.Judge(Requests.Workload("replicationcontrollers", template), "warn=restricted").Warnings);

    [Fact]
    public void A_template_is_judged_as_it_stands_without_what_the_server_adds_to_a_pod()
    {
        const string Spec = """{"hostNetwork":true,"containers":[{"name":"a","ports":[{"containerPort":80}]}]}""";
        const string Template = $$$"""{"metadata":{"annotations":{"container.apparmor.security.beta.kubernetes.io/a":"unconfined"}},"spec":{{{Spec}}}}""";

        var workload = Requests.Judge(Requests.Workload("daemonsets.apps", Template), "warn=baseline").Warnings.Single();
        var pod = Requests.Judge(Requests.Create("{}") with { Object = System.Text.Json.JsonElement.Parse(Template) }, "enforce=baseline").Refusal;

        Assert.Equal(
            "would violate PodSecurity \"baseline:latest\": forbidden AppArmor profile (annotation must not set AppArmor profile type to "
            + "\"container.apparmor.security.beta.kubernetes.io/a=\"unconfined\"\"), host namespaces (hostNetwork=true)",
            workload);
        Assert.Contains("container \"a\" and annotation must not", pod, StringComparison.Ordinal);
        Assert.Contains("hostPort 80", pod, StringComparison.Ordinal);
    }

    private static string Template(string container, string more = "") => $$"""{"spec":{ {{more}}"containers":[{{container}}]} }""";
}
