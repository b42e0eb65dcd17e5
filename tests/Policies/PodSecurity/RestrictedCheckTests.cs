using Coral.Policies.PodSecurity;

namespace Coral.Policies.Tests.PodSecurity;

/// <summary>Each restricted check: what passes (null) and the detail of what does not.</summary>
public sealed class RestrictedCheckTests
{
    [Theory]
    [InlineData("v1.8", "linux", "false", null)]
    [InlineData("v1.7", "linux", "null", null)]
    [InlineData("v1.8", "linux", "null", "container \"b\" must set securityContext.allowPrivilegeEscalation=false")]
    [InlineData("v1.24", "windows", "true", "container \"b\" must set securityContext.allowPrivilegeEscalation=false")]
    [InlineData("v1.25", "windows", "true", null)]
    public void Escalation_is_ruled_out_by_name(string version, string os, string value, string? detail) =>
        Assert.Equal(detail, Detail("allowPrivilegeEscalation", version, $$"""{"os":{"name":"{{os}}"},"containers":[{"name":"b","securityContext":{"allowPrivilegeEscalation":{{value}} } }]}"""));

    [Theory]
    [InlineData("v1.22", "linux", """{"drop":["NET_RAW","ALL"],"add":["NET_BIND_SERVICE"]}""", null)]
    [InlineData("v1.21", "linux", "null", null)]
    [InlineData("v1.22", "linux", "null", "container \"b\" must set securityContext.capabilities.drop=[\"ALL\"]")]
    [InlineData("v1.22", "linux", """{"drop":["all"]}""", "container \"b\" must set securityContext.capabilities.drop=[\"ALL\"]")]
    [InlineData("v1.22", "linux", """{"drop":["ALL"],"add":["CHOWN"]}""", "container \"b\" must not include \"CHOWN\" in securityContext.capabilities.add")]
    [InlineData("v1.22", "linux", """{"add":["CHOWN","BPF"]}""", "container \"b\" must set securityContext.capabilities.drop=[\"ALL\"]; container \"b\" must not include \"BPF\", \"CHOWN\" in securityContext.capabilities.add")]
    [InlineData("v1.24", "windows", "null", "container \"b\" must set securityContext.capabilities.drop=[\"ALL\"]")]
    [InlineData("v1.25", "windows", "null", null)]
    public void All_capabilities_are_dropped(string version, string os, string capabilities, string? detail) =>
        Assert.Equal(detail, Detail("capabilities_restricted", version, $$"""{"os":{"name":"{{os}}"},"containers":[{"name":"b","securityContext":{"capabilities":{{capabilities}} } }]}"""));

    [Theory]
    [InlineData("v1.34", null)]
    [InlineData("v1.35", "container \"b\" must not set securityContext.procMount to \"Unmasked\"")]
    public void Proc_stays_masked_in_user_namespaces_too(string version, string? detail) =>
        Assert.Equal(detail, Detail("procMount_restricted", version, """{"hostUsers":false,"containers":[{"name":"b","securityContext":{"procMount":"Unmasked"}}]}"""));

    [Theory]
    [InlineData("""{"emptyDir":{"medium":"Memory"}}""", null)]
    [InlineData("""{"image":{}}""", null)]
    [InlineData("""{"projected":{}}""", null)]
    [InlineData("""{"nfs":null}""", null)]
    [InlineData("""{"kindOfTheFuture":{}}""", null)]
    [InlineData("""{"hostPath":{}}""", "volume \"v\" uses restricted volume type \"hostPath\"")]
    [InlineData("""{"nfs":{}},{"name":"u","flexVolume":{}},{"name":"t","nfs":{}}""", "volumes \"v\", \"u\", \"t\" use restricted volume types \"flexVolume\", \"nfs\"")]
    public void Volumes_are_of_a_few_kinds(string volume, string? detail) =>
        Assert.Equal(detail, Detail("restrictedVolumes", "v1.0", $$"""{"volumes":[{"name":"v",{{volume[1..]}}]}"""));

    [Theory]
    [InlineData("v1.0", "true", "true", "null", null)]
    [InlineData("v1.0", "true", "null", "true", null)]
    [InlineData("v1.0", "true", "null", "null", "pod or container \"b\" must set securityContext.runAsNonRoot=true")]
    [InlineData("v1.0", "true", "false", "true", "pod must not set securityContext.runAsNonRoot=false")]
    [InlineData("v1.0", "true", "true", "false", "container \"b\" must not set securityContext.runAsNonRoot=false")]
    [InlineData("v1.34", "false", "null", "null", "pod or container \"b\" must set securityContext.runAsNonRoot=true")]
    [InlineData("v1.35", "false", "false", "false", null)]
    public void Root_is_ruled_out_by_name(string version, string hostUsers, string pod, string container, string? detail) =>
        Assert.Equal(detail, Detail(
            "runAsNonRoot", version, $$"""{"hostUsers":{{hostUsers}},"securityContext":{"runAsNonRoot":{{pod}} },"containers":[{"name":"b","securityContext":{"runAsNonRoot":{{container}} } }]}"""));

    [Theory]
    [InlineData("v1.22", "true", "0", null)]
    [InlineData("v1.23", "true", "1000", null)]
    [InlineData("v1.23", "true", "null", null)]
    [InlineData("v1.23", "true", "0", "pod and container \"b\" must not set runAsUser=0")]
    [InlineData("v1.34", "false", "0", "pod and container \"b\" must not set runAsUser=0")]
    [InlineData("v1.35", "false", "0", null)]
    public void User_0_is_not_asked_for(string version, string hostUsers, string user, string? detail) =>
        Assert.Equal(detail, Detail(
            "runAsUser", version, $$"""{"hostUsers":{{hostUsers}},"securityContext":{"runAsUser":{{user}} },"containers":[{"name":"b","securityContext":{"runAsUser":{{user}} } }]}"""));

    [Theory]
    [InlineData("v1.18", "linux", "null", "null", null)]
    [InlineData("v1.19", "linux", """{"type":"Localhost"}""", "null", null)]
    [InlineData("v1.19", "linux", "null", "null", "pod or container \"b\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"")]
    [InlineData("v1.19", "linux", """{"type":"RuntimeDefault"}""", """{"type":"Unconfined"}""", "container \"b\" must not set securityContext.seccompProfile.type to \"Unconfined\"")]
    [InlineData("v1.19", "linux", """{"type":"Unconfined"}""", "null", "pod must not set securityContext.seccompProfile.type to \"Unconfined\"")]
    [InlineData("v1.25", "windows", "null", "null", null)]
    public void Every_container_has_a_seccomp_profile(string version, string os, string pod, string container, string? detail) =>
        Assert.Equal(detail, Detail(
            "seccompProfile_restricted", version,
            $$"""{"os":{"name":"{{os}}"},"securityContext":{"seccompProfile":{{pod}} },"containers":[{"name":"b","securityContext":{"seccompProfile":{{container}} } }]}"""));

    [Fact]
    public void A_hardened_pod_passes_every_version()
    {
        for (var minor = 0; minor <= 37; minor++) Assert.True(Pods.Judge($$"""{"containers":[{{Pods.Hardened}}]}""", Level.Restricted, $"v1.{minor}").Allowed);
    }

    private static string? Detail(string check, string version, string spec) => Pods.Detail(check, Level.Restricted, version, spec);
}
