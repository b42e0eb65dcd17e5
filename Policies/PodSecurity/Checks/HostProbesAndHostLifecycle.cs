using System.Text.Json;

namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// A probe or lifecycle handler must not name a host, because the kubelet would call it from the node's network (from v1.34).
/// Fields: <c>httpGet.host</c> and <c>tcpSocket.host</c> of livenessProbe, readinessProbe, startupProbe, lifecycle.postStart and lifecycle.preStop
/// of every container: empty or absent. Even <c>127.0.0.1</c> is a host.
/// </summary>
internal static class HostProbesAndHostLifecycle
{
    public const string Id = "hostProbesAndHostLifecycle";

    public static readonly Check Check = new(Id, Level.Baseline, [new(34, hostProbesAndHostLifecycle_1_34)]);

    public static Violation? hostProbesAndHostLifecycle_1_34(in PodFacts pod)
    {
        SortedSet<string>? containers = null, hosts = null;
        foreach (ref readonly var container in pod.Containers)
        {
            // Every handler is looked at, so no short circuit: the message lists all hosts.
            var bad = NamesHost(container.LivenessProbe, ref hosts)
                | NamesHost(container.ReadinessProbe, ref hosts)
                | NamesHost(container.StartupProbe, ref hosts)
                | NamesHost(container.Lifecycle.Member("postStart"u8), ref hosts)
                | NamesHost(container.Lifecycle.Member("preStop"u8), ref hosts);
            if (bad) (containers ??= new(Wording.ByteOrder)).Add(container.Name);
        }

        if (containers is null) return null;
        string[] names = [.. containers];
        var what = $"{Wording.Uses(names.Length)} {Wording.Plural("probe or lifecycle host", hosts!.Count)}";
        return new Violation(Id, "probe or lifecycle host", $"{Wording.Containers([.. names])} {what} {Wording.Quoted(hosts)}");
    }

    private static bool NamesHost(JsonElement handler, ref SortedSet<string>? hosts) =>
        handler.ValueKind == JsonValueKind.Object && (Host(handler.Member("httpGet"u8), ref hosts) | Host(handler.Member("tcpSocket"u8), ref hosts));

    private static bool Host(JsonElement action, ref SortedSet<string>? hosts)
    {
        var host = action.Member("host"u8);
        if (RawText.Utf8(host).IsEmpty) return false;
        (hosts ??= new(Wording.ByteOrder)).Add(RawText.Of(host));
        return true;
    }
}
