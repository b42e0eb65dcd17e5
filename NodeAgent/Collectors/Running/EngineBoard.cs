using System.Collections.Immutable;

namespace Coral.NodeAgent.Collectors.Running;

/// <summary>What an engine's collectors are doing, for who looks at it from outside. Thread safe.</summary>
internal sealed class EngineBoard(ImmutableArray<string> names)
{
    private readonly Lock gate = new();
    private ImmutableArray<CollectorStatus> collectors = [.. names.Select(CollectorStatus.Of)];

    internal ImmutableArray<CollectorStatus> Collectors
    {
        get
        {
            lock (gate) return collectors;
        }
    }

    internal void Change(string name, Func<CollectorStatus, CollectorStatus> change)
    {
        lock (gate) collectors = [.. collectors.Select(status => status.Name == name ? change(status) : status)];
    }

    internal void LeaveOut(string name, string reason) => Change(name, status => status with { State = CollectorState.LeftOut, Reason = reason });
}
