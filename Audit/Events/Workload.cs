namespace Coral.Audit.Events;

/// <summary>The container that something happened in, or was done to, as far as it is known.</summary>
public sealed record Workload
{
    /// <summary>The pod's namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>The pod's name.</summary>
    public string? Pod { get; init; }

    /// <summary>The pod's UID.</summary>
    public string? PodUid { get; init; }

    /// <summary>The container's name in the pod.</summary>
    public string? Container { get; init; }

    /// <summary>The container's id at the runtime, without a scheme.</summary>
    public string? ContainerId { get; init; }

    /// <summary>The container's image as the pod names it.</summary>
    public string? Image { get; init; }

    /// <summary>What the pod belongs to, such as <c>deployment</c>: the kind in lower case; null where the pod stands alone.</summary>
    public string? OwnerKind { get; init; }

    /// <summary>The name of that.</summary>
    public string? Owner { get; init; }

    /// <summary>The node.</summary>
    public string? Node { get; init; }
}
