using System.Collections.Concurrent;
using Coral.Audit.Events;
using Coral.NodeAgent.Collectors.Groups;
using Coral.NodeAgent.Collectors.Running;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>Keeps all that an engine hands out.</summary>
internal sealed class RecordingOutput : ICollectorOutput
{
    private readonly ConcurrentQueue<(AuditEvent Event, string? Path)> taken = [];

    internal int Flushes { get; private set; }

    internal IEnumerable<T> Of<T>(string? path)
        where T : AuditEvent => taken.Where(one => one.Path == path).Select(one => one.Event).OfType<T>();

    public void Take(AuditEvent e, ControlGroup? group) => taken.Enqueue((e, group?.Path));

    public void Flush() => Flushes++;
}
