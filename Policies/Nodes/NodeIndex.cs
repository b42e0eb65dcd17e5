using System.Collections.Immutable;
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
/// Nodes and what they proved, ready to be asked for the floor of a pod. Immutable and thread safe; <see cref="NodeIndexer"/> makes the next one after a change.
/// Asking costs no walk over the nodes: well under a microsecond for a pod that only tolerates, a few for one with selectors, at 1 000 nodes.
/// </summary>
public sealed class NodeIndex
{
    private readonly NodeTopology topology;
    private readonly FloorTable table;
    private readonly Floor free;
    private readonly Floor freeWithoutReports;

    private readonly Floor? recorded;
    private readonly ImmutableArray<PinTarget> recordedTargets;

    private NodeIndex(NodeTopology topology, FloorTable table, Floor? recorded = null, ImmutableArray<PinTarget> recordedTargets = default)
    {
        this.topology = topology;
        this.table = table;
        this.recorded = recorded;
        this.recordedTargets = recordedTargets;
        var untainted = topology.All.ToArray();
        topology.Taints.Exclude(new bool[topology.Taints.Count], byKubelet: false, untainted);
        free = table.Over(untainted);
        freeWithoutReports = table.WithoutReports(untainted);
    }

    /// <summary>No node at all.</summary>
    public static NodeIndex Empty { get; } = Of([], [], room: 0);

    /// <summary>How many nodes there are, Windows nodes left out.</summary>
    public int Count => table.Count;

    /// <summary>When the next report expires, or may be believed that comes from the future: from then on the index must be built again. Null when none ever does.</summary>
    public DateTimeOffset? NextExpiry => table.NextExpiry;

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
        return Of(ours, [.. ours.Select(node => NodeProof.Of(node, reportsByNode[node.Name], now, origin))], room: 0);
    }

    /// <summary>Over nodes sorted by name and their proofs, with room for more nodes.</summary>
    internal static NodeIndex Of(IReadOnlyList<NodeFacts> nodes, NodeProof[] proofs, int room)
    {
        var words = NodeBits.Words(nodes.Count + room);
        return new NodeIndex(new NodeTopology(nodes, words), new FloorTable(nodes, proofs, words));
    }

    /// <summary>The index after some nodes changed: what they leave alone is shared.</summary>
    internal NodeIndex With(IReadOnlyList<NodeChange> changes) => new(topology.With(changes), table.With(changes));

    /// <summary>An index of unknown nodes of which only one pod's floor and pins were kept: under <see cref="Strategy.Common"/> it gives this floor, whatever the pod.</summary>
    internal static NodeIndex Answering(Floor common, ImmutableArray<PinTarget> targets) => new(Empty.topology, Empty.table, common, targets);

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

    /// <summary>Where strategy pin may keep a pod: its best nodes, if they are better than all of its nodes together and many enough. It costs up to four floors.</summary>
    /// <param name="podSpec">The pod's <c>spec</c>.</param>
    /// <param name="extra">What its RuntimeClass adds.</param>
    /// <param name="fewest">On fewer nodes no pod is pinned: it might not find room. At least 1; <see cref="Pin.FewestNodes"/> where nobody says.</param>
    public PinOffer PinFor(JsonElement podSpec, in Scheduling extra, int fewest) =>
        PinOffer.Of(new Placement(podSpec, extra), OtherDemands.Has(podSpec), PinTargets(podSpec, extra), fewest);

    /// <summary>The nodes that are better than all of a pod's nodes together, however few they are, the best first.</summary>
    internal ImmutableArray<PinTarget> PinTargets(JsonElement podSpec, in Scheduling extra)
    {
        if (recorded is not null) return recordedTargets;
        var common = FloorFor(podSpec, extra, Strategy.Common);
        var pod = new Placement(podSpec, extra);
        if (common.ProvesMinimal || common.FeasibleCount == 0 || pod.NamesItsNode) return [];

        var targets = ImmutableArray.CreateBuilder<PinTarget>();
        Span<ulong> all = topology.Words <= 256 ? stackalloc ulong[topology.Words * 2] : new ulong[topology.Words * 2];
        var feasible = all[..topology.Words];
        var labelled = all[topology.Words..];
        Feasible(pod, feasible);
        foreach (var labels in PinTarget.Choices)
        {
            feasible.CopyTo(labelled);
            topology.KeepLabelled(Vocabulary.NodeEbpf, labels.AsSpan(), labelled);
            if (!labelled.ContainsAnyExcept(0UL)) continue;
            var target = new PinTarget(labels, table.Over(labelled));
            if (target.IsBetterThan(common)) targets.Add(target);
        }

        return targets.DrainToImmutable();
    }

    /// <summary>The floor over one node alone, whatever keeps pods away from it. Null when there is no such node, or a Windows node.</summary>
    /// <param name="node">Its name.</param>
    public Floor? FloorOfNode(string node)
    {
        Span<ulong> one = topology.Words <= 256 ? stackalloc ulong[topology.Words] : new ulong[topology.Words];
        topology.Named(node, one);
        return table.Over(one) is { FeasibleCount: > 0 } floor ? floor : null;
    }

    private void Feasible(in Placement pod, Span<ulong> feasible)
    {
        Span<bool> tolerated = topology.Taints.Count <= 512 ? stackalloc bool[topology.Taints.Count] : new bool[topology.Taints.Count];
        topology.Taints.Tolerate(pod.Tolerations, tolerated);
        topology.Taints.Tolerate(pod.Extra.Tolerations, tolerated);
        topology.Feasible(pod, tolerated, feasible);
    }
}
