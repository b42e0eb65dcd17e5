using System.Collections.Immutable;
using Coral.Audit.Events;
using Coral.NodeAgent.Collectors.Groups;

namespace Coral.NodeAgent.Collectors.Running;

/// <summary>What the collectors of an engine have in common.</summary>
/// <param name="Origin">In whose name documents are written.</param>
/// <param name="Identities">Whose control groups are.</param>
/// <param name="Clock">The time of records.</param>
/// <param name="Outputs">Who gets everything.</param>
/// <param name="Asked">Of which control groups anything is told; null for all.</param>
internal sealed record CollectorContext(AuditOrigin Origin, Identities Identities, BootClock Clock, ImmutableArray<ICollectorOutput> Outputs, Func<ControlGroup?, bool>? Asked)
{
    /// <summary>Whether anything is told of a control group: asked before a document is made of it.</summary>
    internal bool Wants(ulong group) => Asked is null || Asked(Identities.Group(group));

    /// <summary>Hands on what happened in a control group.</summary>
    internal void Take(AuditEvent e, ulong group)
    {
        var where = Identities.Group(group);
        if (Asked is not null && !Asked(where)) return;
        foreach (var output in Outputs) output.Take(e, where);
    }

    /// <summary>Hands on what is of no control group.</summary>
    internal void TellAll(AuditEvent e)
    {
        foreach (var output in Outputs) output.Take(e, null);
    }

    internal void Flush()
    {
        foreach (var output in Outputs) output.Flush();
    }
}
