using System.Text.Json;

namespace Coral.Policies.Nodes;

/// <summary>
/// Follows the Nodes and NodeCapabilities of a cluster and keeps their index: only objects that are others than the last time are read, and only nodes
/// of which something changed are indexed again. Who knows what changed says it with <see cref="SetNode"/> and <see cref="SetReport"/>, which costs no walk over
/// the objects; who doesn't gives all of them. For one caller at a time; the indexes it gives are immutable.
/// </summary>
public sealed class NodeIndexer
{
    /// <summary>More changes at once than this part of the nodes, and all at once is quicker.</summary>
    private const int Part = 8;

    private readonly ObjectFollower<NodeFacts> nodes = new(NodeFacts.Read);
    private readonly ObjectFollower<NodeReport> reports = new(NodeReport.Read);
    private readonly Dictionary<string, Standing> standings = new(StringComparer.Ordinal);
    private readonly LatestReports latest = new();
    private readonly Stack<int> free = new();
    private readonly HashSet<string> touched = new(StringComparer.Ordinal);

    /// <summary>The last index.</summary>
    public NodeIndex Current { get; private set; } = NodeIndex.Empty;

    /// <summary>How many objects were read so far.</summary>
    public long ObjectsRead => nodes.Read + reports.Read;

    /// <summary>How many times so far the whole index was made anew.</summary>
    public long Rebuilds { get; private set; }

    /// <summary>Takes over one Node object for the next <see cref="Update(DateTimeOffset)"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="node">The object; Undefined when it is gone.</param>
    public void SetNode(string name, JsonElement node) => nodes.Set(name, node, touched);

    /// <summary>Takes over one NodeCapability object for the next <see cref="Update(DateTimeOffset)"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="report">The object; Undefined when it is gone.</param>
    public void SetReport(string name, JsonElement report) => reports.Set(name, report, touched);

    /// <summary>The index of what there is now; the last one if nothing changed that decides.</summary>
    /// <param name="nodes">Every Node object by its name. An object that is the same in memory as the last time counts as unchanged.</param>
    /// <param name="reports">Every NodeCapability object by its name.</param>
    /// <param name="now">The moment at which reports are fresh or stale.</param>
    public NodeIndex Update(IEnumerable<KeyValuePair<string, JsonElement>> nodes, IEnumerable<KeyValuePair<string, JsonElement>> reports, DateTimeOffset now)
    {
        this.nodes.Update(nodes, touched);
        this.reports.Update(reports, touched);
        return Update(now);
    }

    /// <summary>The index of what was taken over so far; the last one if nothing changed that decides.</summary>
    /// <param name="now">The moment at which reports are fresh or stale.</param>
    public NodeIndex Update(DateTimeOffset now)
    {
        if (Current.NextExpiry <= now)
        {
            foreach (var (name, standing) in standings)
            {
                if (standing.Proof.Expiry <= now) touched.Add(name);
            }
        }

        List<(string Name, Standing? After)> changed = [];
        foreach (var name in touched)
        {
            var after = Stand(name, now);
            if (after is null ? standings.ContainsKey(name) : !after.Says(standings.GetValueOrDefault(name))) changed.Add((name, after));
        }

        touched.Clear();
        if (changed.Count == 0) return Current;
        var added = changed.Count(item => item.After is not null && !standings.ContainsKey(item.Name));
        if (added > free.Count || changed.Count > standings.Count / Part) Rebuild(changed);
        else Current = Current.With(changed.ConvertAll(item => Change(item.Name, item.After)));
        return Current;
    }

    private Standing? Stand(string name, DateTimeOffset now)
    {
        if (reports.Find(name) is null) latest.Forget(name);
        if (nodes.Find(name) is not { IsWindows: false } node) return null;
        if (reports.Find(name) is not { } report || report.Node != name) return new Standing(node, NodeProof.Of(node, [], now, ReportOrigin.Cluster));
        return new Standing(node, latest.Check(report, NodeProof.Of(node, [report], now, ReportOrigin.Cluster)));
    }

    private NodeChange Change(string name, Standing? after)
    {
        var before = standings.GetValueOrDefault(name);
        var place = before?.Place ?? free.Pop();
        if (after is not null)
        {
            standings[name] = after with { Place = place };
        }
        else
        {
            standings.Remove(name);
            free.Push(place);
        }

        return new NodeChange(place, before?.Node, after?.Node, after?.Proof ?? NodeProof.None);
    }

    private void Rebuild(List<(string Name, Standing? After)> changed)
    {
        foreach (var (name, after) in changed)
        {
            if (after is not null) standings[name] = after;
            else standings.Remove(name);
        }

        List<Standing> all = [.. standings.Values.OrderBy(standing => standing.Node.Name, StringComparer.Ordinal)];
        var room = (all.Count / Part) + 1;
        free.Clear();
        for (var place = (NodeBits.Words(all.Count + room) * 64) - 1; place >= all.Count; place--) free.Push(place);
        foreach (var (place, standing) in all.Index()) standings[standing.Node.Name] = standing with { Place = place };
        Current = NodeIndex.Of(all.ConvertAll(standing => standing.Node), [.. all.Select(standing => standing.Proof)], room);
        Rebuilds++;
    }

    private sealed record Standing(NodeFacts Node, NodeProof Proof)
    {
        public int Place { get; init; }

        public bool Says(Standing? other) => other is not null && Node == other.Node && Proof == other.Proof;
    }
}
