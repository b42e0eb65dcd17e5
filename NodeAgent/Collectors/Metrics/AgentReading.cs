using System.Collections.Immutable;
using Coral.Audit;
using Coral.Audit.Spool;
using Coral.NodeAgent.Collectors.Accounting;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Collectors.Shipping;

namespace Coral.NodeAgent.Collectors.Metrics;

/// <summary>What the agent's metrics were at one moment. Immutable.</summary>
/// <param name="Collectors">What the collectors are doing.</param>
/// <param name="Documents">What became of their documents, by class; empty where none are kept.</param>
/// <param name="Names">Of documents that wait for the names of their pods: how many do, and how many got them; null where nobody tells names.</param>
/// <param name="Pods">The sums of pods.</param>
/// <param name="Spools">The spools of the agent, by class.</param>
internal sealed record AgentReading(
    ImmutableArray<CollectorStatus> Collectors,
    ImmutableArray<(string Class, SampleCounts Counts)> Documents,
    (long Waiting, long Late)? Names,
    IReadOnlyList<((string Namespace, string Pod) Pod, PodSums Sums)> Pods,
    ImmutableArray<SpoolReading> Spools)
{
    /// <summary>The books of the collectors that have any.</summary>
    internal IEnumerable<(string Name, CollectorAccount Account)> Books => Collectors.Where(one => one.Account is not null).Select(one => (one.Name, one.Account!));

    /// <summary>Reads what there is now.</summary>
    /// <param name="collectors">What the collectors are doing.</param>
    /// <param name="shipped">What became of their documents; null before they begin.</param>
    /// <param name="pods">The sums of pods.</param>
    /// <param name="spools">The spools, the one of what must not be lost first.</param>
    internal static AgentReading Take(ImmutableArray<CollectorStatus> collectors, ShippedCollectors? shipped, PodMetrics pods, IEnumerable<AuditSpool> spools) => new(
        collectors,
        shipped?.Queue is { } queue ? [("records", queue.Counts(SampleClass.Record)), ("sums", queue.Counts(SampleClass.Sum))] : [],
        shipped?.Names is { } names ? (names.Waiting, names.Named) : null,
        pods.Pods,
        [.. spools.Select((spool, at) => new SpoolReading(at == 0 ? "audit" : "samples", spool.Metrics.Counts, spool.Bytes))]);
}

/// <summary>A spool at one moment.</summary>
/// <param name="Class">What is in it.</param>
/// <param name="Counts">What became of its documents.</param>
/// <param name="Bytes">Its size.</param>
internal readonly record struct SpoolReading(string Class, AuditCounts Counts, long Bytes);
