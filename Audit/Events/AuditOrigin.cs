namespace Coral.Audit.Events;

/// <summary>Who writes audit documents, and of which cluster. Made once per process and shared by its events.</summary>
public sealed record AuditOrigin
{
    /// <summary>The program, such as <c>coral-webhook</c>: <c>service.name</c> and, of all that no collector saw, <c>event.provider</c>.</summary>
    public required string Service { get; init; }

    /// <summary>The program's version, or null.</summary>
    public string? Version { get; init; }

    /// <summary>The instance, such as the pod's or the machine's name: <c>service.node.name</c>.</summary>
    public string? Node { get; init; }

    /// <summary>The cluster's name as the operator calls it (<c>--cluster</c>).</summary>
    public string? ClusterName { get; init; }

    /// <summary>The UID of the namespace <c>kube-system</c>; standalone the UUID that the spool keeps.</summary>
    public string? ClusterId { get; init; }
}
