using Coral.Policies.PodSecurity;

namespace Coral.Policies.Tests.PodSecurity;

public sealed class VerdictTests
{
    private static readonly LevelVersion Asked = new(Level.Restricted, Pods.Version("v1.99"));

    [Fact]
    public void The_text_is_the_api_servers_and_names_the_version_that_was_asked_for()
    {
        var verdict = Pods.Judge("""{"hostPID":true,"containers":[{"name":"a"},{"name":"b"}]}""", Level.Restricted, "v1.99");

        const string Expected =
            "violates PodSecurity \"restricted:v1.99\": host namespaces (hostPID=true), "
            + "allowPrivilegeEscalation != false (containers \"a\", \"b\" must set securityContext.allowPrivilegeEscalation=false), "
            + "unrestricted capabilities (containers \"a\", \"b\" must set securityContext.capabilities.drop=[\"ALL\"]), "
            + "runAsNonRoot != true (pod or containers \"a\", \"b\" must set securityContext.runAsNonRoot=true), "
            + "seccompProfile (pod or containers \"a\", \"b\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")";
        Assert.Equal(Expected, verdict.ForbiddenText(Asked));
        Assert.Equal("would violate" + Expected["violates".Length..], verdict.WarningText(Asked));
    }

    [Fact]
    public void An_allowed_pod_has_no_text()
    {
        var verdict = Pods.Judge($$"""{"containers":[{{Pods.Hardened}}]}""", Level.Restricted);

        Assert.True(verdict.Allowed);
        Assert.Same(Verdict.Allow, verdict);
        Assert.Equal("", verdict.ForbiddenText(Asked));
        Assert.Equal("", verdict.WarningText(Asked));
    }

    [Fact]
    public void Privileged_allows_everything() => Assert.True(Pods.Judge("""{"hostPID":true}""", Level.Privileged).Allowed);
}
