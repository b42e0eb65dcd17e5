using System.Text.Json.Nodes;

namespace Coral.Policies.Tests.PodSecurity.Real;

/// <summary>Pods for corners that dice seldom meet.</summary>
internal static class EdgePods
{
    private static readonly string[] Specs =
    [
        """{"containers":[{"name":"a","image":"i"}]}""",
        """{"securityContext":null,"containers":[{"name":"a","image":"i","securityContext":null}],"volumes":null,"initContainers":null}""",
        """{"securityContext":{"seLinuxOptions":{"user":"u"}},"containers":[{"name":"a","image":"i","securityContext":{"seLinuxOptions":{"role":"r"}}}]}""",
        """{"hostNetwork":true,"hostIPC":true,"containers":[{"name":"b","image":"i","ports":[{"containerPort":8080},{"containerPort":9}]},{"name":"a","image":"i"}],"initContainers":[{"name":"i","image":"i","ports":[{"containerPort":80,"hostPort":80}]}]}""",
        """{"containers":[{"name":"a","image":"i","ports":[{"containerPort":1,"hostPort":1000},{"containerPort":2,"hostPort":200}]}]}""",
        """{"containers":[{"name":"a","image":"i"}],"volumes":[{"name":"z","nfs":{"server":"s","path":"/"}},{"name":"none"},{"name":"unknown","foo":{}},{"name":"nul","hostPath":null},{"name":"h","hostPath":{"path":"/"}}]}""",
        """{"containers":[{"name":"b","image":"i","livenessProbe":{"httpGet":{"port":1,"host":"z"}},"lifecycle":{"postStart":{"tcpSocket":{"port":1,"host":"q"}},"preStop":{"httpGet":{"port":1,"host":"a"}}}},{"name":"a","image":"i","startupProbe":{"tcpSocket":{"port":1,"host":"z"}}}]}""",
        """{"containers":[{"name":"a","image":"i","securityContext":{"capabilities":{"add":["FOO",null,"B\"AR","\uff21","\ud83d\ude00","Z","\ud800"],"drop":["all"]}}},{"name":"b","image":"i","securityContext":{"capabilities":{}}},{"name":"c","image":"i","securityContext":{"capabilities":{"drop":["ALL"],"add":["NET_BIND_SERVICE"]}}}]}""",
        """{"hostUsers":false,"securityContext":{"runAsUser":0,"runAsNonRoot":false},"containers":[{"name":"a","image":"i","securityContext":{"runAsUser":-0,"procMount":"Unmasked"}}]}""",
        """{"securityContext":{"runAsUser":0},"containers":[{"name":"a","image":"i","securityContext":{"runAsUser":0}},{"name":"b","image":"i","securityContext":{"runAsNonRoot":false}}]}""",
        """{"securityContext":{"sysctls":[{"name":"kernel.msgmax","value":"1"},{"name":"net/ipv4/tcp_syncookies","value":"1"},{"name":"net.ipv4.tcp_notsent_lowat","value":"1"}]},"containers":[{"name":"a","image":"i"}]}""",
        """{"os":{"name":"windows"},"hostNetwork":true,"securityContext":{"windowsOptions":{"hostProcess":true}},"containers":[{"name":"a","image":"i","securityContext":{"windowsOptions":{"hostProcess":true}}},{"name":"b","image":"i"}]}""",
        """{"securityContext":{"seccompProfile":{"type":"Unconfined"}},"containers":[{"name":"a","image":"i","securityContext":{"seccompProfile":{"type":"Unconfined"}}},{"name":"b","image":"i","securityContext":{"seccompProfile":{"type":"RuntimeDefault"}}}]}""",
        """{"securityContext":{"sysctls":[{"name":"net.ipv4.ip_local_reserved_ports","value":"1"}]},"containers":[{"name":"a","image":"i"}]}""",
        """{"securityContext":{"sysctls":[{"name":"net.ipv4.tcp_keepalive_time","value":"1"}]},"containers":[{"name":"a","image":"i"}]}""",
        """{"securityContext":{"sysctls":[{"name":"net.ipv4.tcp_rmem","value":"1"}]},"containers":[{"name":"a","image":"i"}]}""",
        """{"securityContext":{"seLinuxOptions":{"type":"container_engine_t"}},"containers":[{"name":"a","image":"i"}]}""",
        """{"os":{"name":"windows"},"containers":[{"name":"a","image":"i"}]}""",
        $$"""{"containers":[{{Pods.Hardened}}]}""",
        """{"\u0063ontainers":[{"name":"a","image":"i","s\u0065curityContext":{"privil\u0065ged":true}}]}""",
    ];

    private static readonly string[] Annotations =
    [
        """{}""",
        """{"container.apparmor.security.beta.kubernetes.io/a":"unconfined"}""",
        """{"container.apparmor.security.beta.kubernetes.io/a":"runtime/default","seccomp.security.alpha.kubernetes.io/pod":"unconfined"}""",
        """{"container.seccomp.security.alpha.kubernetes.io/a":"unconfined","container.seccomp.security.alpha.kubernetes.io/zz":"unconfined"}""",
    ];

    private static readonly string[] AppArmorContexts = ["null", "{}", """{"appArmorProfile":{"type":"Unconfined"}}""", """{"appArmorProfile":{"type":"RuntimeDefault"}}"""];

    /// <summary>For every level and version.</summary>
    public static IEnumerable<string> Mixed() => Specs.Select(spec => Pod(spec, "{}")).Concat(Annotations.Select(annotations => Pod(Specs[0], annotations)));

    /// <summary>The same without half surrogate pairs, which no tree of nodes can hold.</summary>
    public static IEnumerable<JsonObject> Parsable() => Mixed().Where(pod => !pod.Contains("\\ud800", StringComparison.Ordinal)).Select(pod => JsonNode.Parse(pod)!.AsObject());

    /// <summary>Profiles in the pod, the container and the annotation, in all combinations.</summary>
    public static IEnumerable<string> AppArmor() =>
        from pod in AppArmorContexts
        from container in AppArmorContexts
        from annotations in Annotations
        select Pod($$"""{"securityContext":{{pod}},"containers":[{"name":"a","image":"i","securityContext":{{container}}},{"name":"b","image":"i"}]}""", annotations);

    private static string Pod(string spec, string annotations) =>
        $$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","annotations":{{annotations}}},"spec":{{spec}}}""";
}
