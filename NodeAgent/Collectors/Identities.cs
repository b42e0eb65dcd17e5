using Coral.Audit.Events;
using Coral.NodeAgent.Collectors.Groups;
using Coral.NodeAgent.Collectors.Workloads;

namespace Coral.NodeAgent.Collectors;

/// <summary>Says for a record who it is about: the container of a control group, and the name of a process among all of all nodes. Not thread safe.</summary>
internal sealed class Identities(ControlGroupTable groups, Func<int>? hear, string bootId, string node, IWorkloads? workloads = null)
{
    private const int BootDigits = 8;

    private readonly string boot = bootId.Length > BootDigits ? bootId[..BootDigits] : bootId;

    /// <summary>The control group, or null when it is unknown: then what the kernel has told meanwhile is heard first.</summary>
    internal ControlGroup? Group(ulong id) => groups.Find(id) ?? (hear?.Invoke() > 0 ? groups.Find(id) : null);

    /// <summary>The container, as far as the API server's pods or its path tell; null outside of containers and pods.</summary>
    internal Workload? Workload(ulong group)
    {
        if (Group(group) is not { Container: { } path } known || (path.ContainerId ?? path.PodUid) is null) return null;
        return workloads?.Find(path) ?? (known.ByPath ??= new Workload { ContainerId = path.ContainerId, PodUid = path.PodUid, Node = node });
    }

    /// <summary>The boot, the number on the node and the moment that it was made: never given twice.</summary>
    internal string Process(int pid, ulong start) => $"{boot}/{pid}/{start}";
}
