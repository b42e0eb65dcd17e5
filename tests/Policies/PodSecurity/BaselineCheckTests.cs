using Coral.Policies.PodSecurity;

namespace Coral.Policies.Tests.PodSecurity;

/// <summary>Each baseline check: what passes (null) and the detail of what does not.</summary>
public sealed class BaselineCheckTests
{
    [Theory]
    [InlineData("""{"appArmorProfile":{"type":"RuntimeDefault"}}""", null)]
    [InlineData("""{"appArmorProfile":{"type":"Localhost","localhostProfile":"x"}}""", null)]
    [InlineData("""{"appArmorProfile":null}""", null)]
    [InlineData("""{"appArmorProfile":{"type":"Unconfined"}}""", "pod and container \"b\" must not set AppArmor profile type to \"Unconfined\"")]
    [InlineData("""{"appArmorProfile":{}}""", "pod and container \"b\" must not set AppArmor profile type to \"\"")]
    public void AppArmor_profiles_are_the_runtimes_or_local(string context, string? detail) =>
        Assert.Equal(detail, Detail("appArmorProfile", $$"""{"securityContext":{{context}},"containers":[{"name":"b","securityContext":{{context}} }]}"""));

    [Theory]
    [InlineData("runtime/default", null)]
    [InlineData("localhost/x", null)]
    [InlineData("", null)]
    [InlineData("unconfined", "container \"b\" and annotation must not set AppArmor profile type to \"Unconfined\", \"container.apparmor.security.beta.kubernetes.io/b=\"unconfined\"\"")]
    [InlineData("odd", "annotation must not set AppArmor profile type to \"container.apparmor.security.beta.kubernetes.io/b=\"odd\"\"")]
    public void AppArmor_annotations_count_as_fields_do(string value, string? detail) =>
        Assert.Equal(detail, Pods.Detail(
            "appArmorProfile", Level.Baseline, "v1.0", """{"containers":[{"name":"b"},{"name":"c"}]}""", $$"""{"container.apparmor.security.beta.kubernetes.io/b":"{{value}}"}"""));

    [Theory]
    [InlineData("CHOWN", null)]
    [InlineData("SYS_CHROOT", null)]
    [InlineData("NET_RAW", "container \"b\" must not include \"NET_RAW\" in securityContext.capabilities.add")]
    [InlineData("CAP_CHOWN", "container \"b\" must not include \"CAP_CHOWN\" in securityContext.capabilities.add")]
    [InlineData("BPF\",\"PERFMON\",\"AUDIT_CONTROL", "container \"b\" must not include \"AUDIT_CONTROL\", \"BPF\", \"PERFMON\" in securityContext.capabilities.add")]
    public void Only_default_capabilities_are_added(string names, string? detail) =>
        Assert.Equal(detail, Detail("capabilities_baseline", $$"""{"hostUsers":false,"containers":[{"name":"b","securityContext":{"capabilities":{"add":["{{names}}"]} } }]}"""));

    [Theory]
    [InlineData("""{"hostNetwork":false,"hostPID":null}""", null)]
    [InlineData("""{"hostIPC":true}""", "hostIPC=true")]
    [InlineData("""{"hostIPC":true,"hostPID":true,"hostNetwork":true}""", "hostNetwork=true, hostPID=true, hostIPC=true")]
    public void The_nodes_namespaces_are_not_shared(string spec, string? detail) => Assert.Equal(detail, Detail("hostNamespaces", spec));

    [Theory]
    [InlineData("""[{"name":"x","emptyDir":{}},{"name":"y","hostPath":null}]""", null)]
    [InlineData("""[{"name":"x","hostPath":{}}]""", "volume \"x\"")]
    [InlineData("""[{"name":"x","hostPath":{"path":"/"}},{"name":"b","hostPath":{"path":"/"}}]""", "volumes \"x\", \"b\"")]
    public void Volumes_are_no_paths_of_the_node(string volumes, string? detail) => Assert.Equal(detail, Detail("hostPathVolumes", $$"""{"volumes":{{volumes}} }"""));

    [Theory]
    [InlineData("""{"containers":[{"name":"b","ports":[{"containerPort":80,"hostPort":0}]}]}""", null)]
    [InlineData("""{"containers":[{"name":"b","ports":[{"hostPort":80}]}]}""", "container \"b\" uses hostPort 80")]
    [InlineData("""{"containers":[{"name":"b","ports":[{"hostPort":80},{"hostPort":9}]}],"initContainers":[{"name":"i","ports":[{"hostPort":80}]}]}""", "containers \"i\", \"b\" use hostPorts 80, 9")]
    [InlineData("""{"hostNetwork":true,"containers":[{"name":"b","ports":[{"containerPort":80}]}],"ephemeralContainers":[{"name":"e","ports":[{"containerPort":81}]}]}""", "container \"b\" uses hostPort 80")]
    public void Ports_of_the_node_are_not_taken(string spec, string? detail) => Assert.Equal(detail, Detail("hostPorts", spec));

    [Theory]
    [InlineData("v1.34", """{"livenessProbe":{"httpGet":{"host":""}}}""", null)]
    [InlineData("v1.33", """{"livenessProbe":{"httpGet":{"host":"h"}}}""", null)]
    [InlineData("v1.34", """{"livenessProbe":{"httpGet":{"host":"127.0.0.1"}}}""", "container \"b\" uses probe or lifecycle host \"127.0.0.1\"")]
    [InlineData("v1.34", """{"readinessProbe":{"tcpSocket":{"host":"y"}},"startupProbe":{"httpGet":{"host":"x"}}}""", "container \"b\" uses probe or lifecycle hosts \"x\", \"y\"")]
    [InlineData("latest", """{"lifecycle":{"postStart":{"httpGet":{"host":"y"}},"preStop":{"tcpSocket":{"host":"x"}}}}""", "container \"b\" uses probe or lifecycle hosts \"x\", \"y\"")]
    public void Handlers_name_no_host(string version, string container, string? detail) =>
        Assert.Equal(detail, Pods.Detail("hostProbesAndHostLifecycle", Level.Baseline, version, $$"""{"containers":[{"name":"b",{{container[1..]}}]}"""));

    [Theory]
    [InlineData("false", null)]
    [InlineData("null", null)]
    [InlineData("true", "containers \"i\", \"b\", \"e\" must not set securityContext.privileged=true")]
    public void No_container_of_any_kind_is_privileged(string value, string? detail)
    {
        var context = $$"""{"privileged":{{value}} }""";
        Assert.Equal(detail, Detail(
            "privileged",
            $$"""{"containers":[{"name":"b","securityContext":{{context}} }],"ephemeralContainers":[{"name":"e","securityContext":{{context}} }],"initContainers":[{"name":"i","restartPolicy":"Always","securityContext":{{context}} }]}"""));
    }

    [Theory]
    [InlineData("latest", "true", "Default", null)]
    [InlineData("latest", "true", "Unmasked", "container \"b\" must not set securityContext.procMount to \"Unmasked\"")]
    [InlineData("v1.34", "false", "Unmasked", "container \"b\" must not set securityContext.procMount to \"Unmasked\"")]
    [InlineData("v1.35", "false", "Unmasked", null)]
    public void Proc_stays_masked_outside_user_namespaces(string version, string hostUsers, string value, string? detail) =>
        Assert.Equal(detail, Pods.Detail(
            "procMount", Level.Baseline, version, $$"""{"hostUsers":{{hostUsers}},"containers":[{"name":"b","securityContext":{"procMount":"{{value}}"} }]}"""));

    [Theory]
    [InlineData("v1.0", """{"type":"container_t","level":"s0"}""", null)]
    [InlineData("v1.31", """{"type":"container_engine_t"}""", null)]
    [InlineData("v1.30", """{"type":"container_engine_t"}""", "pod set forbidden securityContext.seLinuxOptions: type \"container_engine_t\"")]
    [InlineData("latest", """{"user":"u"}""", "pod set forbidden securityContext.seLinuxOptions: user may not be set")]
    [InlineData("latest", """{"type":"spc_t","user":"u","role":"r"}""", "pod set forbidden securityContext.seLinuxOptions: type \"spc_t\"; user may not be set; role may not be set")]
    public void SeLinux_labels_stay_those_of_containers(string version, string options, string? detail) =>
        Assert.Equal(detail, Pods.Detail("seLinuxOptions", Level.Baseline, version, $$"""{"securityContext":{"seLinuxOptions":{{options}} } }"""));

    [Theory]
    [InlineData("v1.18", "unconfined", "forbidden annotations container.seccomp.security.alpha.kubernetes.io/b=\"unconfined\", seccomp.security.alpha.kubernetes.io/pod=\"unconfined\"")]
    [InlineData("v1.18", "a\\\"\\n\\u0001\\u00e9", "forbidden annotations container.seccomp.security.alpha.kubernetes.io/b=\"a\\\"\\n\\x01\u00e9\", seccomp.security.alpha.kubernetes.io/pod=\"a\\\"\\n\\x01\u00e9\"")]
    [InlineData("v1.18", "docker/default", null)]
    [InlineData("v1.19", "unconfined", null)]
    public void Old_versions_read_seccomp_annotations(string version, string value, string? detail) =>
        Assert.Equal(detail, Pods.Detail(
            "seccompProfile_baseline", Level.Baseline, version, """{"containers":[{"name":"b"}]}""",
            $$"""{"seccomp.security.alpha.kubernetes.io/pod":"{{value}}","container.seccomp.security.alpha.kubernetes.io/b":"{{value}}","container.seccomp.security.alpha.kubernetes.io/nobody":"unconfined"}"""));

    [Theory]
    [InlineData("v1.18", "Unconfined", null)]
    [InlineData("v1.19", "Localhost", null)]
    [InlineData("v1.19", "Unconfined", "pod and container \"b\" must not set securityContext.seccompProfile.type to \"Unconfined\"")]
    public void Seccomp_is_not_switched_off(string version, string type, string? detail)
    {
        var context = $$"""{"seccompProfile":{"type":"{{type}}"} }""";
        Assert.Equal(detail, Pods.Detail(
            "seccompProfile_baseline", Level.Baseline, version, $$"""{"securityContext":{{context}},"containers":[{"name":"b","securityContext":{{context}} },{"name":"c"}]}"""));
    }

    [Theory]
    [InlineData("v1.0", "kernel.shm_rmid_forced", null)]
    [InlineData("v1.26", "net.ipv4.ip_local_reserved_ports", "net.ipv4.ip_local_reserved_ports")]
    [InlineData("v1.27", "net.ipv4.ip_local_reserved_ports", null)]
    [InlineData("v1.28", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_fin_timeout")]
    [InlineData("v1.29", "net.ipv4.tcp_fin_timeout", null)]
    [InlineData("v1.31", "net.ipv4.tcp_rmem", "net.ipv4.tcp_rmem")]
    [InlineData("v1.32", "net.ipv4.tcp_rmem", null)]
    [InlineData("v1.36", "net.ipv4.tcp_notsent_lowat", "net.ipv4.tcp_notsent_lowat")]
    [InlineData("v1.37", "net.ipv4.tcp_notsent_lowat", null)]
    [InlineData("latest", "net/ipv4/tcp_syncookies\"},{\"name\":\"kernel.msgmax", "net/ipv4/tcp_syncookies, kernel.msgmax")]
    public void Only_safe_sysctls_are_set(string version, string name, string? detail) =>
        Assert.Equal(detail, Pods.Detail("sysctls", Level.Baseline, version, $$"""{"securityContext":{"sysctls":[{"name":"{{name}}"}]} }"""));

    [Theory]
    [InlineData("""{"securityContext":{"windowsOptions":{"hostProcess":false}}}""", null)]
    [InlineData("""{"securityContext":{"windowsOptions":{"hostProcess":true}}}""", "pod must not set securityContext.windowsOptions.hostProcess=true")]
    [InlineData("""{"containers":[{"name":"b","securityContext":{"windowsOptions":{"hostProcess":true}}}]}""", "container \"b\" must not set securityContext.windowsOptions.hostProcess=true")]
    public void No_windows_pod_is_a_process_of_its_node(string spec, string? detail) => Assert.Equal(detail, Detail("windowsHostProcess", spec));

    private static string? Detail(string check, string spec) => Pods.Detail(check, Level.Baseline, "latest", spec);
}
