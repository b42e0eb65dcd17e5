using System.Text;
using Coral.Policies.PodSecurity;

namespace Coral.Policies.Tests.PodSecurity;

/// <summary>Which checks refuse which pod at which version, frozen in <c>versions.txt</c>: all behaviour points of the reference at once.</summary>
public sealed class VersionTableTests
{
    private const string Everything =
        """
        {"hostNetwork":true,"hostPID":true,"hostIPC":true,"volumes":[{"name":"v","hostPath":{}}],
        "securityContext":{"appArmorProfile":{"type":"Unconfined"},"seLinuxOptions":{"type":"container_engine_t"},"seccompProfile":{"type":"Unconfined"},
        "sysctls":[{"name":"SYSCTL"}],"windowsOptions":{"hostProcess":true}},
        "containers":[{"name":"a","ports":[{"hostPort":80}],"livenessProbe":{"tcpSocket":{"host":"h"}},
        "securityContext":{"privileged":true,"runAsUser":0,"procMount":"Unmasked","capabilities":{"add":["SYS_ADMIN"]}}}]}
        """;

    [Fact]
    public void Checks_come_and_go_with_the_versions_of_the_reference()
    {
        var table = new StringBuilder();
        foreach (var level in new[] { Level.Baseline, Level.Restricted })
        {
            foreach (var sysctl in new[] { "kernel.msgmax", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_wmem", "net.ipv4.tcp_slow_start_after_idle" })
            {
                Add(table, $"{level.ToText()}, {sysctl}", Everything.Replace("SYSCTL", sysctl), level);
            }

            Add(table, $"{level.ToText()}, windows", Everything.Replace("{\"hostNetwork\"", "{\"os\":{\"name\":\"windows\"},\"hostNetwork\""), level);
            Add(table, $"{level.ToText()}, hostUsers: false", Everything.Replace("{\"hostNetwork\"", "{\"hostUsers\":false,\"hostNetwork\""), level);
        }

        Golden.Equal("versions.txt", table.ToString());
    }

    [Fact]
    public void Versions_that_are_not_known_yet_are_the_newest_known_one()
    {
        foreach (var version in new[] { "latest", "v1.38", "v1.99", "v1.9223372036854775807" })
        {
            Assert.Equal(Names(Everything, Level.Restricted, "v1.37"), Names(Everything, Level.Restricted, version));
        }
    }

    private static void Add(StringBuilder table, string title, string spec, Level level)
    {
        table.Append("# ").Append(title).Append('\n');
        string[] last = [];
        for (var minor = 0; minor <= 37; minor++)
        {
            var names = Names(spec, level, $"v1.{minor}");
            var changes = last.Except(names).Select(name => "-" + name).Concat(names.Except(last).Select(name => "+" + name)).ToArray();
            if (changes.Length > 0) table.Append($"v1.{minor} {string.Join(' ', changes)}\n");
            last = names;
        }
    }

    private static string[] Names(string spec, Level level, string version) => [.. Pods.Judge(spec, level, version).Violations.Select(violation => violation.Check)];
}
