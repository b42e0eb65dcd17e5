using Coral.Audit.Events;
using Coral.NodeAgent.Collectors.Groups;

namespace Coral.NodeAgent.Collectors.Workloads;

/// <summary>Says which pod and container it is that a control group's path names. Thread safe.</summary>
internal interface IWorkloads
{
    /// <summary>Changes whenever an answer may have become another.</summary>
    long Version { get; }

    /// <summary>Whether those that are not known yet may still become known: else it is no use to wait.</summary>
    bool IsFollowing { get; }

    /// <summary>The container; null while it is unknown.</summary>
    Workload? Find(ContainerPath path);

    /// <summary>At least the pod, by its UID; null while that is unknown too.</summary>
    Workload? FindPod(ContainerPath path);
}
