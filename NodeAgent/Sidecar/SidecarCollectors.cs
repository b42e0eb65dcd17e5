using System.Collections.Immutable;
using Coral.Audit.Spool;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Collectors.Shipping;
using Coral.NodeAgent.Journal;

namespace Coral.NodeAgent.Sidecar;

/// <summary>The collectors of a sidecar: of all that they see only what happens in its own pod is told.</summary>
/// <param name="options">Which.</param>
/// <param name="audit">Where documents go.</param>
/// <param name="identity">The sidecar.</param>
/// <param name="say">Takes a line for the log.</param>
/// <param name="time">The clock.</param>
internal sealed class SidecarCollectors(EngineOptions options, AuditOptions audit, SidecarIdentity identity, Action<string> say, TimeProvider time)
{
    private ImmutableArray<CollectorStatus> left = [.. options.Collectors.Select(CollectorStatus.Of)];
    private volatile CollectorEngine? engine;

    /// <summary>What they are doing. Any thread may ask.</summary>
    internal ImmutableArray<CollectorStatus> Collectors => engine?.Collectors ?? left;

    /// <summary>Leaves all of them out.</summary>
    internal void LeaveOut(string reason)
    {
        say($"no collectors: {reason}");
        left = [.. left.Select(status => status with { State = CollectorState.LeftOut, Reason = reason })];
    }

    /// <summary>Runs until it is told to stop. What can't be is said; the sidecar goes on without.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await using var pipeline = new AuditPipeline(audit, identity.Node ?? "", withSamples: true, new LogJournal(say), say, time, new LineLogger(say));
            var origin = pipeline.Journal.Unidentified;
            await using var shipping = new SpoolOutput(pipeline.Samples!, origin, SpoolOutput.DefaultBytes, say, time);
            var running = new CollectorEngine(options with { Origin = origin, OwnPodOnly = true }, [new PodOutput(identity, shipping)], say, time);
            engine = running;
            await running.RunAsync(stop);
        }
        catch (SpoolUnavailableException failure)
        {
            LeaveOut(failure.Message);
        }
    }
}
