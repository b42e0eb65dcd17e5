using System.Collections.Immutable;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;
using Microsoft.Extensions.Logging;

namespace Coral.Webhook.Facts;

/// <summary>
/// Facts from a folder of YAML, read anew when its files change. A folder with mistakes never takes the place of what was read before. Reports of the
/// folder may expire while the process runs, so the node index is made anew then.
/// </summary>
internal sealed class StandaloneFacts : IFactsSource, IDisposable
{
    /// <summary>How often the folder is looked at. Change events of the file system miss what a mounted ConfigMap does, which swaps a link.</summary>
    internal static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    /// <summary>Reports may say any time, and timers take no more than 49 days.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly string folder;
    private readonly KubernetesVersion server;
    private readonly Lock gate = new();
    private readonly ITimer expiry;
    private readonly ITimer look;
    private ImmutableArray<NodeFacts> nodes = [];
    private ImmutableArray<NodeReport> reports = [];
    private ImmutableArray<BundleProblem> mistakes = [];
    private FolderState read;
    private FolderState seen;
    private ClusterFacts current = ClusterFacts.Empty;

    private StandaloneFacts(string folder, KubernetesVersion? server, TimeProvider time, ILoggerFactory loggers)
    {
        this.folder = folder;
        this.time = time;
        this.server = server ?? KubernetesVersion.NewestKnown;
        logger = loggers.CreateLogger("Coral.Webhook.Facts");
        expiry = time.CreateTimer(_ => Locked(Index), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        read = seen = FolderState.Of(folder);
        Take(BundleReader.Read(folder));
        look = time.CreateTimer(_ => Locked(Look), null, LookEvery, LookEvery);
    }

    /// <inheritdoc/>
    public ClusterFacts Current => Volatile.Read(ref current);

    /// <inheritdoc/>
    public PolicyCounts Policies => new(Current.Policies.Length, mistakes.Select(problem => problem.File).Distinct(StringComparer.Ordinal).Count());

    /// <inheritdoc/>
    public IEnumerable<HealthLine> Health
    {
        get
        {
            yield return new("facts", true, $"{Current.Namespaces.Count} namespaces, {nodes.Length} nodes, {reports.Length} reports and {Current.Policies.Length} policies from {folder}");
            foreach (var problem in mistakes) yield return new("facts", true, $"{problem}; what was read before goes on to apply");
        }
    }

    /// <summary>Reads a folder. Throws <see cref="BundleException"/> with all mistakes of all files.</summary>
    internal static StandaloneFacts Read(string folder, KubernetesVersion? server, TimeProvider time, ILoggerFactory loggers) => new(folder, server, time, loggers);

    /// <inheritdoc/>
    public ValueTask<ClusterFacts> RefreshAsync(string namespaceName, CancellationToken cancellation) => ValueTask.FromResult(Current);

    /// <inheritdoc/>
    public void Dispose()
    {
        look.Dispose();
        expiry.Dispose();
    }

    private void Locked(Action work)
    {
        lock (gate) work();
    }

    /// <summary>Reads once the folder has been the same for two looks: whoever copies files into it is done by then.</summary>
    private void Look()
    {
        var now = FolderState.Of(folder);
        var settled = now == seen;
        seen = now;
        if (!settled || now == read) return;
        read = now;
        try
        {
            Take(BundleReader.Read(folder));
            logger.FolderReloaded(folder, current.Policies.Length, current.Namespaces.Count, nodes.Length);
        }
        catch (BundleException bad)
        {
            mistakes = bad.Problems;
            foreach (var problem in mistakes) logger.FolderNotReloaded(folder, problem.ToString());
        }
    }

    private void Take(Bundle bundle)
    {
        nodes = [.. bundle.Nodes.Select(document => NodeFacts.Read(document.Object)).OfType<NodeFacts>()];
        reports = [.. bundle.NodeCapabilities.Select(document => NodeReport.Read(document.Object)).OfType<NodeReport>()];
        mistakes = [];
        Index(FactsReader.Read(bundle, server));
    }

    private void Index() => Index(current);

    private void Index(ClusterFacts facts)
    {
        var now = time.GetUtcNow();
        var index = NodeIndex.Build(nodes, reports, now, ReportOrigin.File);
        Volatile.Write(ref current, facts with { Nodes = index });
        var next = index.NextExpiry is { } expires ? expires > now ? expires - now < LongestWait ? expires - now : LongestWait : TimeSpan.FromSeconds(1) : Timeout.InfiniteTimeSpan;
        expiry.Change(next, Timeout.InfiniteTimeSpan);
    }
}
