using Coral.Audit.Events;

namespace Coral.NodeAgent.Collectors.Groups;

/// <summary>A control group.</summary>
/// <param name="Path">Below the root of its hierarchy.</param>
/// <param name="Container">What the path says of a container.</param>
internal sealed record ControlGroup(string Path, ContainerPath Container)
{
    /// <summary>Whose it is as far as the path tells, made once; null until somebody asks, and where it is nobody's.</summary>
    internal Workload? ByPath { get; set; }

    internal static ControlGroup Of(string path) => new(path, ContainerPath.Parse(path));

    /// <summary>Whether it is of the same pod as another; outside of pods, whether it is the same or below it.</summary>
    internal bool IsOfPodOf(ControlGroup own) => own.Container.PodUid is { } pod
        ? Container.PodUid == pod
        : Path == own.Path || own.Path != "/" && Path.StartsWith(own.Path + "/", StringComparison.Ordinal);
}
