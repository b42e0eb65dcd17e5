using System.Collections.Immutable;
using Coral.Audit.Events;
using Coral.Kubernetes;
using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.Collectors.Metrics;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Collectors.Shipping;
using Coral.NodeAgent.Collectors.Workloads;
using Coral.NodeAgent.Following;
using Coral.NodeAgent.Journal;
using Coral.NodeAgent.Publishing;
using Coral.NodeAgent.SystemFacts;

namespace Coral.NodeAgent.Commands;

/// <summary>The life of a node's agent: it probes, publishes, follows its node's pods, and collects.</summary>
/// <param name="node">The node's name.</param>
/// <param name="collectors">What is asked of collectors; none are run where it names none.</param>
/// <param name="client">The cluster.</param>
/// <param name="pipeline">Where documents go; null where none are written.</param>
/// <param name="say">Takes a line for people.</param>
/// <param name="time">The clock.</param>
internal sealed class NodeProcess(string node, EngineOptions collectors, IKubernetesClient client, AuditPipeline? pipeline, Action<string> say, TimeProvider time)
{
    private static readonly TimeSpan TrialLimit = TimeSpan.FromSeconds(10);

    /// <summary>So long collectors wait for the cluster's id: what happens without a cluster is worth as much.</summary>
    private static readonly TimeSpan IdentifyWithin = TimeSpan.FromSeconds(10);

    private readonly AgentHealth health = new();
    private readonly PodMetrics pods = new(time);
    private readonly WorkloadDirectory? workloads = collectors.Collectors.IsEmpty ? null : new WorkloadDirectory(time);
    private volatile ShippedCollectors? current;

    /// <summary>What it serves for those who watch it.</summary>
    internal MetricsPages Pages => new(() => health.Describe(Statuses), () => PrometheusPage.Write(Read()));

    private ImmutableArray<CollectorStatus> Statuses => current?.Collectors ?? [.. collectors.Collectors.Select(CollectorStatus.Of)];

    /// <summary>Its metrics as they are now. Thread safe.</summary>
    internal AgentReading Read() => AgentReading.Take(Statuses, current, pods, pipeline?.Spools.Select(one => one.Spool) ?? []);

    /// <summary>Runs until it is cancelled, or until collectors that were asked for by name can't run.</summary>
    /// <returns>The exit code.</returns>
    internal async Task<int> RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var publishing = PublishAsync(stop.Token);
        var collecting = CollectAsync(stop.Token);
        try
        {
            if (await Task.WhenAny(publishing, collecting) == collecting && (await collecting == CollectorEngine.Done || collectors.LeavesOut)) await publishing;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Told to stop.
        }

        await stop.CancelAsync();
        await publishing.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var code = await collecting;
        if (publishing.IsFaulted) await publishing;
        return collectors.LeavesOut ? CollectorEngine.Done : code;
    }

    private async Task<int> CollectAsync(CancellationToken stop)
    {
        if (workloads is null) return CollectorEngine.Done;
        var origin = await OriginAsync(stop);
        if (pipeline is null) say("without --spool what collectors see is only counted");
        await using var shipped = new ShippedCollectors(collectors with { Origin = origin, Workloads = workloads }, pipeline?.Samples, [pods], say, time);
        current = shipped;
        return await shipped.RunAsync(stop);
    }

    private async Task<AuditOrigin> OriginAsync(CancellationToken stop)
    {
        if (pipeline is null) return collectors.Origin;
        try
        {
            return await pipeline.Journal.Identified.WaitAsync(IdentifyWithin, time, stop);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return pipeline.Journal.Unidentified;
        }
    }

    private async Task PublishAsync(CancellationToken cancellation)
    {
        var journal = (INodeJournal?)pipeline?.Journal ?? new LogJournal(say);
        var runner = new TrialRunner([.. OwnProgram.Command, TrialProcess.Verb], TrialLimit, time);
        var publisher = new ReportPublisher(client, journal, time);
        var watch = new MismatchWatch(journal.Found);
        var follower = new PodFollower(client, node, watch, workloads, time, new LineLogger(say));
        // Collectors need the names of what runs as soon as can be; else the report comes first, because what needs it waits for it.
        var following = workloads is null ? null : follower.RunAsync(cancellation);

        async Task<ProbeOutcome> Probe(CancellationToken stop)
        {
            var outcome = await NodeProbe.RunAsync(node, runner, time, stop);
            var report = NodeCapabilityDocument.Report(outcome);
            watch.Report(report, ReportHash.Of(report));
            return outcome;
        }

        async Task Publish(ProbeOutcome outcome, CancellationToken stop)
        {
            if (pipeline is not null) await pipeline.Journal.IdentifyAsync(client, stop);
            await publisher.PublishAsync(outcome, stop);
            health.Published();
            following ??= follower.RunAsync(stop);
        }

        await new NodeLoop(Probe, Publish, () => Kubelet.Start(), say, time, Random.Shared.NextDouble).RunAsync(cancellation);
    }
}
