using System.Text.Json;
using Coral.Policies.Selection;

namespace Coral.Policies.Nodes;

/// <summary>How far a report without <c>expiresAt</c>, or without its Node, is believed.</summary>
public enum ReportOrigin
{
    /// <summary>NodeCapability objects of an API server: a report without an expiry is stale, and one without its Node stands for nothing.</summary>
    Cluster,

    /// <summary>Files (standalone use, recorded reports): a report without an expiry stays fresh, and one without its Node is a node with no labels or taints.</summary>
    File,
}

/// <summary>
/// Nodes and what they proved, ready to be asked for the floor of a pod. Built anew on each change, then immutable and thread safe.
/// Asking costs no walk over the nodes: well under a microsecond for a pod that only tolerates, a few for one with selectors, at 1 000 nodes.
/// </summary>
public sealed class NodeIndex
{
    private readonly NodeTopology topology;
    private readonly FloorTable table;
    private readonly Floor free;
    private readonly Floor freeWithoutReports;

    private readonly Floor? recorded;

    private NodeIndex(IReadOnlyList<NodeFacts> nodes, NodeProof[] proofs, Floor? recorded = null)
    {
        this.recorded = recorded;
        topology = new NodeTopology(nodes);
        table = new FloorTable(nodes, proofs);
        Count = nodes.Count;
        NextExpiry = proofs.Min(proof => proof.Expiry);
        var untainted = topology.All.ToArray();
        topology.Taints.Exclude(new bool[topology.Taints.Count], byKubelet: false, untainted);
        free = table.Over(untainted);
        freeWithoutReports = table.WithoutReports(untainted);
    }

    /// <summary>No node at all.</summary>
    public static NodeIndex Empty { get; } = new([], []);

    /// <summary>How many nodes there are, Windows nodes left out.</summary>
    public int Count { get; }

    /// <summary>When the next fresh report expires: from then on the index says too much and must be built again. Null when none ever does.</summary>
    public DateTimeOffset? NextExpiry { get; }

    /// <summary>Builds the index. The order of nodes and reports doesn't matter; of several reports of one node the weakest counts, part by part.</summary>
    /// <param name="nodes">Every node. Windows nodes are passed over: our image can't run there.</param>
    /// <param name="reports">Every report. In a cluster one whose object has another name than its node is passed over (nobody may report for another node).</param>
    /// <param name="now">The moment at which reports are fresh or stale.</param>
    /// <param name="origin">Where the reports come from.</param>
    public static NodeIndex Build(IEnumerable<NodeFacts> nodes, IEnumerable<NodeReport> reports, DateTimeOffset now, ReportOrigin origin)
    {
        var reportsByNode = reports
            .Where(report => origin == ReportOrigin.File || report.ObjectName is null || report.ObjectName == report.Node)
            .ToLookup(report => report.Node, StringComparer.Ordinal);
        var all = nodes.ToList();
        if (origin == ReportOrigin.File)
        {
            var known = all.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
            all.AddRange(reportsByNode.Where(group => !known.Contains(group.Key)).Select(group => new NodeFacts { Name = group.Key }));
        }

        NodeFacts[] ours = [.. all.Where(node => !node.IsWindows).OrderBy(node => node.Name, StringComparer.Ordinal)];
        return new NodeIndex(ours, [.. ours.Select(node => Prove(node, reportsByNode[node.Name], now, origin))]);
    }

    /// <summary>An index of unknown nodes of which only one pod's floor was kept: under <see cref="Strategy.Common"/> it gives this floor, whatever the pod.</summary>
    internal static NodeIndex Answering(Floor common) => new([], [], common);

    /// <summary>The floor over the nodes where a pod may land.</summary>
    /// <param name="podSpec">The pod's <c>spec</c>; Undefined is a pod without demands.</param>
    /// <param name="extra">What its RuntimeClass adds.</param>
    /// <param name="strategy">How the floor is taken.</param>
    public Floor FloorFor(JsonElement podSpec, in Scheduling extra, Strategy strategy)
    {
        var pod = new Placement(podSpec, extra);
        if (recorded is not null) return strategy == Strategy.Exact && !pod.NamesItsNode ? recorded.WithoutReports() : recorded;

        Span<bool> tolerated = topology.Taints.Count <= 512 ? stackalloc bool[topology.Taints.Count] : new bool[topology.Taints.Count];
        var any = topology.Taints.Tolerate(pod.Tolerations, tolerated) | topology.Taints.Tolerate(extra.Tolerations, tolerated);
        if (!any && pod.IsFree) return strategy == Strategy.Exact ? freeWithoutReports : free;

        Span<ulong> feasible = topology.Words <= 256 ? stackalloc ulong[topology.Words] : new ulong[topology.Words];
        topology.Feasible(pod, tolerated, feasible);
        return strategy == Strategy.Exact && !pod.NamesItsNode ? table.WithoutReports(feasible) : table.Over(feasible);
    }

    private static NodeProof Prove(NodeFacts node, IEnumerable<NodeReport> reports, DateTimeOffset now, ReportOrigin origin)
    {
        if (node.IsServerless) return NodeProof.Serverless;
        NodeProof? proof = null;
        foreach (var report in reports)
        {
            // The kernel may have changed since: only a report of this boot tells. Recorded reports (files) are of another machine on purpose.
            var otherBoot = origin == ReportOrigin.Cluster && node.BootId is not null && report.BootId is not null && node.BootId != report.BootId;
            var one = otherBoot ? NodeProof.Stale : NodeProof.Of(report, now, origin);
            proof = proof is null ? one : proof.And(one);
        }

        return proof ?? NodeProof.None;
    }
}
