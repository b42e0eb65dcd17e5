using System.Collections.Immutable;
using Coral.Audit.Spool;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Collectors.Workloads;

namespace Coral.NodeAgent.Collectors.Shipping;

/// <summary>Collectors whose documents go to a spool: the engine, the wait for names, and the queue before the disk. Members may be read by any thread.</summary>
internal sealed class ShippedCollectors : IAsyncDisposable
{
    private readonly SpoolOutput? shipping;
    private readonly NamedOutput? naming;
    private readonly CollectorEngine engine;

    /// <param name="options">The collectors; with <see cref="EngineOptions.Workloads"/> they wait for the names of new containers.</param>
    /// <param name="samples">The spool; it stays the caller's. Null where nothing is kept.</param>
    /// <param name="others">Who gets everything too.</param>
    /// <param name="say">Takes a line for people.</param>
    /// <param name="time">The clock.</param>
    internal ShippedCollectors(EngineOptions options, AuditSpool? samples, ImmutableArray<ICollectorOutput> others, Action<string> say, TimeProvider time)
    {
        shipping = samples is null ? null : new SpoolOutput(samples, options.Origin, SpoolOutput.DefaultBytes, say, time);
        var outputs = shipping is null ? others : others.Add(shipping);
        naming = options.Workloads is null ? null : new NamedOutput(options.Workloads, outputs, time);
        engine = new CollectorEngine(options, naming is null ? outputs : [naming], say, time);
    }

    /// <summary>What the collectors are doing.</summary>
    internal ImmutableArray<CollectorStatus> Collectors => engine.Collectors;

    /// <summary>What waits for the spool; null where there is none.</summary>
    internal SampleQueue? Queue => shipping?.Queue;

    /// <summary>The wait for names; null where nobody tells them.</summary>
    internal NamedOutput? Names => naming;

    /// <summary>Runs until it is told to stop; what was read is handed to the spool before it returns.</summary>
    /// <returns>As <see cref="CollectorEngine.Run"/>.</returns>
    internal async Task<int> RunAsync(CancellationToken stop)
    {
        var code = await engine.RunAsync(stop);
        naming?.End();
        return code;
    }

    public ValueTask DisposeAsync() => shipping?.DisposeAsync() ?? ValueTask.CompletedTask;
}
