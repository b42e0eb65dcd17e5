namespace Coral.Audit.Events.Kernel;

/// <summary>Something that collectors saw or measured in the kernel: who it was is often known only later than what it was.</summary>
public abstract record KernelEvent : AuditEvent
{
    /// <summary>Where; null outside of containers.</summary>
    public Workload? Workload { get; init; }
}
