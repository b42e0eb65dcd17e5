namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// A pod must not share the node's namespaces. Fields: <c>hostNetwork</c>, <c>hostPID</c>, <c>hostIPC</c>: false or absent.
/// </summary>
internal static class HostNamespaces
{
    public const string Id = "hostNamespaces";

    public static readonly Check Check = new(Id, Level.Baseline, [new(0, hostNamespaces_1_0)]);

    public static Violation? hostNamespaces_1_0(in PodFacts pod)
    {
        if (!pod.HostNetwork && !pod.HostPid && !pod.HostIpc) return null;
        List<string> shared = [];
        if (pod.HostNetwork) shared.Add("hostNetwork=true");
        if (pod.HostPid) shared.Add("hostPID=true");
        if (pod.HostIpc) shared.Add("hostIPC=true");
        return new Violation(Id, "host namespaces", string.Join(", ", shared));
    }
}
