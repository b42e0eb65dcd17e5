using System.Text.Json;

namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// Only sysctls that are separate for each pod and can't harm another may be set. Field: <c>spec.securityContext.sysctls[*].name</c>.
/// <list type="bullet">
/// <item>v1.0: kernel.shm_rmid_forced, net.ipv4.ip_local_port_range, net.ipv4.tcp_syncookies, net.ipv4.ping_group_range, net.ipv4.ip_unprivileged_port_start</item>
/// <item>from v1.27 also net.ipv4.ip_local_reserved_ports</item>
/// <item>from v1.29 also net.ipv4.tcp_keepalive_time, .tcp_fin_timeout, .tcp_keepalive_intvl, .tcp_keepalive_probes</item>
/// <item>from v1.32 also net.ipv4.tcp_rmem, .tcp_wmem</item>
/// <item>from v1.37 also net.ipv4.tcp_slow_start_after_idle, .tcp_notsent_lowat</item>
/// </list>
/// The names are compared as they stand: <c>net/ipv4/tcp_syncookies</c> is not allowed.
/// </summary>
internal static class Sysctls
{
    public const string Id = "sysctls";

    public static readonly Check Check = new(
        Id, Level.Baseline, [new(0, sysctls_1_0), new(27, sysctls_1_27), new(29, sysctls_1_29), new(32, sysctls_1_32), new(37, sysctls_1_37)]);

    private static readonly (string Name, int Since)[] Safe =
    [
        ("kernel.shm_rmid_forced", 0),
        ("net.ipv4.ip_local_port_range", 0),
        ("net.ipv4.tcp_syncookies", 0),
        ("net.ipv4.ping_group_range", 0),
        ("net.ipv4.ip_unprivileged_port_start", 0),
        ("net.ipv4.ip_local_reserved_ports", 27),
        ("net.ipv4.tcp_keepalive_time", 29),
        ("net.ipv4.tcp_fin_timeout", 29),
        ("net.ipv4.tcp_keepalive_intvl", 29),
        ("net.ipv4.tcp_keepalive_probes", 29),
        ("net.ipv4.tcp_rmem", 32),
        ("net.ipv4.tcp_wmem", 32),
        ("net.ipv4.tcp_slow_start_after_idle", 37),
        ("net.ipv4.tcp_notsent_lowat", 37),
    ];

    public static Violation? sysctls_1_0(in PodFacts pod) => OnlySafe(pod, 0);

    public static Violation? sysctls_1_27(in PodFacts pod) => OnlySafe(pod, 27);

    public static Violation? sysctls_1_29(in PodFacts pod) => OnlySafe(pod, 29);

    public static Violation? sysctls_1_32(in PodFacts pod) => OnlySafe(pod, 32);

    public static Violation? sysctls_1_37(in PodFacts pod) => OnlySafe(pod, 37);

    private static Violation? OnlySafe(in PodFacts pod, int minor)
    {
        if (pod.Security.Sysctls.ValueKind == JsonValueKind.Undefined) return null;
        List<string>? forbidden = null;
        foreach (var sysctl in pod.Security.Sysctls.EnumerateArray())
        {
            var name = RawText.Of(sysctl.Member("name"u8));
            if (!IsSafe(name, minor)) (forbidden ??= []).Add(name);
        }

        return forbidden is null ? null : new Violation(Id, "forbidden sysctls", string.Join(", ", forbidden));
    }

    private static bool IsSafe(string name, int minor) => Array.Exists(Safe, safe => safe.Since <= minor && safe.Name == name);
}
