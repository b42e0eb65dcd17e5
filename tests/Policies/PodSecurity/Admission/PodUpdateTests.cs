namespace Coral.Policies.Tests.PodSecurity.Admission;

/// <summary>Updates of a pod that its namespace would not admit any more.</summary>
public sealed class PodUpdateTests
{
    private const string Old =
        """{"metadata":{"name":"p","labels":{}},"spec":{"containers":[{"name":"a","image":"i","securityContext":{"privileged":true}}],"initContainers":[{"name":"b","image":"i"}],"ephemeralContainers":[{"name":"e","image":"i"},{"name":"f","image":"i"}]}}""";

    [Theory]
    [InlineData("\"labels\":{}", "\"labels\":{\"a\":\"b\"}")]
    [InlineData("\"labels\":{}", "\"annotations\":{\"seccomp.security.alpha.kubernetes.io/pod\":\"unconfined\"}")]
    [InlineData("\"labels\":{}", "\"annotations\":{\"container.seccomp.security.alpha.kubernetes.io/b\":\"unconfined\"}")]
    [InlineData("\"privileged\":true", "\"runAsUser\":0")]
    [InlineData("\"spec\":{", "\"spec\":{\"activeDeadlineSeconds\":9,\"tolerations\":[{\"operator\":\"Exists\"}],")]
    [InlineData(",{\"name\":\"f\",\"image\":\"i\"}", "")]
    [InlineData("{\"name\":\"e\",\"image\":\"i\"},{\"name\":\"f\",\"image\":\"i\"}", "{\"name\":\"f\",\"image\":\"i\"},{\"name\":\"e\",\"image\":\"i\"}")]
    [InlineData("\"name\":\"a\"", "\"name\":\"A\"")]
    public void What_no_check_reads_may_change(string before, string after)
    {
        var outcome = Requests.Judge(Requests.Update(Change(before, after), Old), "enforce=restricted");
        Assert.Same(Coral.Policies.PodSecurity.Admission.PodSecurityOutcome.Silent, outcome);
    }

    [Theory]
    [InlineData("{\"name\":\"a\",\"image\":\"i\"", "{\"name\":\"a\",\"image\":\"j\"")]
    [InlineData("{\"name\":\"a\",\"image\":\"i\"", "{\"name\":\"a\"")]
    [InlineData("{\"name\":\"b\",\"image\":\"i\"}", "{\"name\":\"b\",\"image\":\"j\"}")]
    [InlineData("{\"name\":\"b\",\"image\":\"i\"}", "")]
    [InlineData("{\"name\":\"b\",\"image\":\"i\"}", "{\"name\":\"b\",\"image\":\"i\"},{\"name\":\"c\",\"image\":\"i\"}")]
    [InlineData("\"containers\":[", "\"containers\":[{\"name\":\"c\",\"image\":\"i\"},")]
    [InlineData("{\"name\":\"f\",\"image\":\"i\"}", "{\"name\":\"f\",\"image\":\"j\"}")]
    [InlineData("{\"name\":\"f\",\"image\":\"i\"}", "{\"name\":\"g\",\"image\":\"i\"}")]
    public void A_change_of_images_or_containers_is_judged(string before, string after) =>
        Assert.False(Requests.Judge(Requests.Update(Change(before, after), Old), "enforce=baseline").Allowed);

    [Fact]
    public void An_insignificant_update_of_an_exempt_runtime_class_is_not_called_exempt()
    {
        var defaults = new Coral.Policies.PodSecurity.PodSecurityDefaults { RuntimeClasses = ["gvisor"] };
        var old = Old.Replace("\"spec\":{", "\"spec\":{\"runtimeClassName\":\"gvisor\",");

        Assert.Equal("", Requests.Judge(Requests.Update(old, old), "enforce=baseline", defaults).Annotations());
        Assert.Equal("exempt=runtimeClass", Requests.Judge(Requests.Update(old.Replace("\"i\"", "\"j\""), old), "enforce=baseline", defaults).Annotations());
    }

    [Fact]
    public void A_stored_pod_is_judged_as_it_stands()
    {
        const string Stored = """{"metadata":{"annotations":{"container.apparmor.security.beta.kubernetes.io/a":"unconfined"}},"spec":{"containers":[{"name":"a","image":"i"}]}}""";
        var outcome = Requests.Judge(Requests.Update(Stored.Replace("\"i\"", "\"j\""), Stored), "enforce=baseline");
        Assert.DoesNotContain("container \"a\" and annotation", outcome.Refusal, StringComparison.Ordinal);
        Assert.Contains("annotation must not", outcome.Refusal, StringComparison.Ordinal);
    }

    private static string Change(string before, string after)
    {
        Assert.Contains(before, Old, StringComparison.Ordinal);
        return Old.Replace(before, after);
    }
}
