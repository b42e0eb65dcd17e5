using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using Coral.NodeAgent.Collectors.Groups;
using Coral.NodeAgent.Collectors.Running;

namespace Coral.NodeAgent.Sidecar;

/// <summary>Says of all that comes that it happened in the sidecar's own pod. Used by one thread.</summary>
internal sealed class PodOutput(SidecarIdentity identity, ICollectorOutput output) : ICollectorOutput
{
    private const int Most = 256;

    private readonly Dictionary<string, Workload> containers = new(StringComparer.Ordinal);

    public void Take(AuditEvent e, ControlGroup? group) => output.Take(e is KernelEvent kernel ? kernel with { Workload = Of(kernel.Workload) } : e, group);

    public void Flush() => output.Flush();

    private Workload Of(Workload? known)
    {
        if (containers.TryGetValue(known?.ContainerId ?? "", out var made)) return made;
        if (containers.Count == Most) containers.Clear();
        return containers[known?.ContainerId ?? ""] = (known ?? new Workload()) with { Namespace = identity.Namespace, Pod = identity.Pod, Node = identity.Node };
    }
}
