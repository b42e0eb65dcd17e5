using System.Collections.Immutable;
using System.Text.Json;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;

namespace Coral.Webhook.Facts;

/// <summary>Facts from a folder of YAML, read once at the start. Reports of the folder may expire while the process runs, so the node index is made anew then.</summary>
internal sealed class StandaloneFacts : IFactsSource, IDisposable
{
    private readonly ImmutableArray<NodeFacts> nodes;
    private readonly ImmutableArray<NodeReport> reports;
    private readonly TimeProvider time;
    private readonly string folder;
    private readonly ITimer expiry;
    private ClusterFacts current;

    private StandaloneFacts(string folder, Bundle bundle, KubernetesVersion? server, TimeProvider time)
    {
        this.folder = folder;
        this.time = time;
        nodes = [.. bundle.Nodes.Select(document => NodeFacts.Read(document.Object)).OfType<NodeFacts>()];
        reports = [.. bundle.NodeCapabilities.Select(document => NodeReport.Read(document.Object)).OfType<NodeReport>()];
        current = FactsReader.Read(bundle, server ?? KubernetesVersion.NewestKnown);
        expiry = time.CreateTimer(_ => Index(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Index();
    }

    /// <inheritdoc/>
    public ClusterFacts Current => Volatile.Read(ref current);

    /// <inheritdoc/>
    public IEnumerable<HealthLine> Health =>
    [
        new("facts", true, $"{Current.Namespaces.Count} namespaces, {nodes.Length} nodes, {reports.Length} reports and {Current.Policies.Length} policies from {folder}"),
    ];

    /// <summary>Reads a folder. Throws <see cref="BundleException"/> with all mistakes of all files.</summary>
    internal static StandaloneFacts Read(string folder, KubernetesVersion? server, TimeProvider time) => new(folder, BundleReader.Read(folder), server, time);

    /// <inheritdoc/>
    public ValueTask<ClusterFacts> RefreshAsync(string namespaceName, CancellationToken cancellation) => ValueTask.FromResult(Current);

    /// <inheritdoc/>
    public void Dispose() => expiry.Dispose();

    private void Index()
    {
        var now = time.GetUtcNow();
        var index = NodeIndex.Build(nodes, reports, now, ReportOrigin.File);
        Volatile.Write(ref current, current with { Nodes = index });
        if (index.NextExpiry is { } next) expiry.Change(next > now ? next - now : TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
    }
}
