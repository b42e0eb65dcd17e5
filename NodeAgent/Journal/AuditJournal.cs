using System.Collections.Immutable;
using System.Net;
using Coral.Audit.Events;
using Coral.Audit.Spool;
using Coral.Kubernetes;
using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.Following;
using Coral.Policies;

namespace Coral.NodeAgent.Journal;

/// <summary>
/// The journal as audit documents (<c>logs-coral.node</c>), beside the log. A spool that can't take one is said; the report is published all the same.
/// </summary>
internal sealed class AuditJournal(AuditSpool spool, AuditOrigin origin, INodeJournal log, Action<string> say, TimeProvider time) : INodeJournal
{
    private readonly TaskCompletionSource<AuditOrigin> identified = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AuditOrigin origin = origin;

    /// <summary>In whose name documents are written, once <see cref="IdentifyAsync"/> has found the cluster.</summary>
    internal Task<AuditOrigin> Identified => identified.Task;

    /// <summary>The same where the cluster can't be asked: by the spool's own id.</summary>
    internal AuditOrigin Unidentified => origin with { ClusterId = spool.ClusterId };

    /// <summary>Learns once of which cluster the documents are: by the UID of the namespace kube-system, or, where that must not be read, by the spool's own id.</summary>
    internal async Task IdentifyAsync(IKubernetesClient client, CancellationToken cancellation)
    {
        if (origin.ClusterId is not null) return;
        try
        {
            var system = await client.GetAsync(ApiResource.Namespaces, null, "kube-system", cancellation);
            origin = origin with { ClusterId = system.Get("metadata"u8).Text("uid"u8) ?? spool.ClusterId };
        }
        catch (KubernetesException refused) when (refused.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            origin = Unidentified;
        }

        identified.TrySetResult(origin);
    }

    public void Changed(ReportChange change)
    {
        log.Changed(change);
        Append(Event(change));
    }

    public void Found(Mismatch mismatch)
    {
        log.Found(mismatch);
        Append(Event(mismatch));
    }

    private NodeReportEvent Event(ReportChange change)
    {
        var (outcome, system) = (change.Outcome, change.Outcome.System);
        return new NodeReportEvent
        {
            Timestamp = outcome.ObservedAt,
            Origin = origin,
            Node = outcome.Node,
            ReportHash = change.Hash,
            Generation = change.Publication.Generation,
            Expires = change.Publication.Expires,
            Facts = [.. outcome.Facts.Select(fact => new NodeFact(fact.Name, Trial.NameOf(fact.AsIs.State), Trial.NameOf(fact.Minimal.State), Trial.NameOf(fact.Full.State)))],
            Changed = Difference(change),
            Collectors = [.. CollectorTiers.Choose(outcome.Facts).Select(collector => $"{collector.Name}={collector.Tier}")],
            BootId = system.BootId,
            Kernel = system.Release,
            Architecture = system.Arch,
            Btf = system.BtfSize is not null,
            Cgroup = system.Cgroup,
            Lockdown = system.Lockdown,
            Memlock = outcome.Memlock,
            Runtime = change.Publication.Runtime ?? system.Runtime.Name,
            Kubelet = change.Publication.Kubelet,
        };
    }

    private VariantMismatchEvent Event(Mismatch mismatch) => new()
    {
        Timestamp = time.GetUtcNow(),
        Origin = origin,
        Workload = new Workload
        {
            Namespace = mismatch.Pod.Namespace,
            Pod = mismatch.Pod.Name,
            PodUid = mismatch.Pod.Uid,
            Container = Vocabulary.ContainerName,
            ContainerId = mismatch.Pod.ContainerId,
            Image = mismatch.Pod.Image,
            Node = origin.Node,
        },
        Variant = mismatch.Variant,
        Lacks = mismatch.Lacks,
        Resolved = mismatch.Resolved,
        ReportHash = mismatch.ReportHash,
        DecisionId = mismatch.Pod.DecisionId,
    };

    /// <summary>The names of the facts that differ in any way; all of them have changed where there was no report.</summary>
    private static ImmutableArray<string> Difference(ReportChange change)
    {
        var before = change.Before?.Facts.ToDictionary(fact => fact.Name, StringComparer.Ordinal) ?? [];
        return [.. change.Outcome.Facts
            .Where(fact => !before.TryGetValue(fact.Name, out var old) || (old.State, old.Minimal, old.Full) != (fact.AsIs.State, fact.Minimal.State, fact.Full.State))
            .Select(fact => fact.Name)];
    }

    private void Append(AuditEvent e)
    {
        try
        {
            spool.Append(e);
        }
        catch (SpoolUnavailableException failure)
        {
            say($"an audit document is lost: {failure.Message}");
        }
    }
}
