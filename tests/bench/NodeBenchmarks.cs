using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Coral.Bench.Inputs;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;

namespace Coral.Bench;

/// <summary>5 000 nodes: what a pod's floor costs, what a change of one node costs, and what making the index anew would.</summary>
public class NodeBenchmarks
{
    private const int Count = 5000;

    private readonly NodeIndexer indexer = new();
    private readonly Dictionary<string, JsonElement> nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> reports = new(StringComparer.Ordinal);
    private readonly JsonElement free = JsonElement.Parse("{}");
    private readonly JsonElement selecting = JsonElement.Parse("""{"nodeSelector": {"pool": "pool-7", "kubernetes.io/os": "linux"}, "tolerations": [{"key": "dedicated", "operator": "Exists"}]}""");
    private DateTimeOffset now;
    private bool flip;

    /// <summary>Makes the cluster and its first index.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        now = TimeProvider.System.GetUtcNow();
        for (var number = 0; number < Count; number++)
        {
            nodes[$"node-{number}"] = Scenes.NodeJson(number);
            reports[$"node-{number}"] = Scenes.ReportJson(number, now.AddMinutes(30));
        }

        if (indexer.Update(nodes, reports, now).FloorFor(free, default, Strategy.Common).FeasibleCount != Count * 9 / 10) throw new InvalidOperationException("expected nine tenths without a taint");
    }

    /// <summary>A pod without demands.</summary>
    [Benchmark]
    public Policies.Nodes.Floor FloorOfAFreePod() => indexer.Current.FloorFor(free, default, Strategy.Common);

    /// <summary>A pod with a node selector and a toleration.</summary>
    [Benchmark]
    public Policies.Nodes.Floor FloorOfASelectingPod() => indexer.Current.FloorFor(selecting, default, Strategy.Common);

    /// <summary>A report was renewed; all objects are looked at, one is read.</summary>
    [Benchmark]
    public NodeIndex OneReportRenewed()
    {
        flip = !flip;
        reports["node-77"] = Scenes.ReportJson(77, now.AddMinutes(flip ? 31 : 32));
        return indexer.Update(nodes, reports, now);
    }

    /// <summary>The same where the caller knows which one.</summary>
    [Benchmark]
    public NodeIndex OneReportTold()
    {
        flip = !flip;
        indexer.SetReport("node-77", Scenes.ReportJson(77, now.AddMinutes(flip ? 31 : 32)));
        return indexer.Update(now);
    }

    /// <summary>A node was cordoned or released.</summary>
    [Benchmark]
    public NodeIndex OneNodeChanged()
    {
        flip = !flip;
        nodes["node-78"] = Scenes.NodeJson(78, flip);
        return indexer.Update(nodes, reports, now);
    }

    /// <summary>Everything read and indexed, as after each change without the indexer.</summary>
    [Benchmark]
    public NodeIndex AllAnew() => NodeIndex.Build(nodes.Values.Select(node => NodeFacts.Read(node)!), reports.Values.Select(report => NodeReport.Read(report)!), now, ReportOrigin.Cluster);
}
