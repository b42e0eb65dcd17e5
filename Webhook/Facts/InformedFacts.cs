using System.Collections.Immutable;
using System.Text.Json;
using Coral.Kubernetes;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;
using Microsoft.Extensions.Logging;

namespace Coral.Webhook.Facts;

/// <summary>
/// Facts from a cluster: one informer a kind, folded into one snapshot. Only the part whose kind changed is made anew. A kind that the server does not
/// know (our CRDs not installed) has no objects, which <see cref="Health"/> says.
/// </summary>
internal sealed class InformedFacts : IFactsSource, IDisposable
{
    private readonly IKubernetesClient client;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim changed = new(0);
    private readonly Dictionary<Informer, Func<ClusterFacts, ClusterFacts>> folds = [];
    private readonly HashSet<Informer> dirty = [];
    private readonly Informer namespaces;
    private readonly Informer nodes;
    private readonly Informer reports;
    private readonly Informer policies;
    private ClusterFacts building;
    private ClusterFacts? current;
    private ImmutableArray<string> policyProblems = [];

    internal InformedFacts(IKubernetesClient client, KubernetesVersion server, TimeProvider time, ILoggerFactory loggers)
    {
        this.client = client;
        this.time = time;
        logger = loggers.CreateLogger("Coral.Webhook.Facts");
        building = ClusterFacts.Empty with { ServerVersion = server };
        namespaces = Follow(ApiResource.Namespaces, loggers, facts => facts with { Namespaces = ReadNamespaces(facts) });
        nodes = Follow(ApiResource.Nodes, loggers, Index);
        reports = Follow(ApiResource.NodeCapabilities, loggers, Index);
        policies = Follow(ApiResource.InjectionPolicies, loggers, facts => facts with { Policies = ReadPolicies() });
        Informer limits = null!, quotas = null!, runtimes = null!;
        limits = Follow(ApiResource.LimitRanges, loggers, facts => facts with { LimitRanges = FactsReader.LimitRanges(limits.Items.Values) });
        quotas = Follow(ApiResource.ResourceQuotas, loggers, facts => facts with { Quotas = FactsReader.Quotas(quotas.Items.Values) });
        runtimes = Follow(ApiResource.RuntimeClasses, loggers, facts => facts with { RuntimeClasses = FactsReader.RuntimeClasses(runtimes.Items.Values) });
    }

    /// <inheritdoc/>
    public ClusterFacts? Current => Volatile.Read(ref current);

    /// <inheritdoc/>
    public IEnumerable<HealthLine> Health
    {
        get
        {
            foreach (var informer in folds.Keys)
            {
                yield return new HealthLine(informer.Resource.Plural, informer.State is InformerState.Synced or InformerState.Absent, informer.State switch
                {
                    InformerState.Synced => $"{informer.Items.Count} known",
                    InformerState.Absent => $"the CustomResourceDefinition is not installed: none apply",
                    InformerState.Starting => $"not read yet{Because(informer)}",
                    _ => $"not heard from for {informer.Staleness.TotalSeconds:0} s{Because(informer)}; decisions go on by what was known",
                });
            }

            foreach (var problem in policyProblems) yield return new HealthLine("policy", true, problem);
        }
    }

    /// <summary>Follows the cluster until it is cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        var running = folds.Keys.Select(informer => informer.RunAsync(cancellation)).ToList();
        running.Add(FoldAsync(cancellation));
        await Task.WhenAll(running);
    }

    /// <inheritdoc/>
    public async ValueTask<ClusterFacts> RefreshAsync(string namespaceName, CancellationToken cancellation)
    {
        var facts = Current ?? ClusterFacts.Empty;
        try
        {
            var item = await client.GetAsync(ApiResource.Namespaces, null, namespaceName, cancellation);
            return facts with { Namespaces = facts.Namespaces.SetItem(namespaceName, NamespaceFacts.Read(item)) };
        }
        catch (Exception exception) when (exception is KubernetesException or KubernetesUnreachableException or KubernetesProtocolException)
        {
            logger.NamespaceNotRead(namespaceName, exception.Message);
            return facts;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => changed.Dispose();

    private Informer Follow(ApiResource resource, ILoggerFactory loggers, Func<ClusterFacts, ClusterFacts> fold)
    {
        var informer = new Informer(client, resource, new InformerOptions { Trim = ObjectTrim.Trim }, time, loggers.CreateLogger("Coral.Kubernetes.Informer"));
        folds[informer] = fold;
        informer.Changed += item =>
        {
            lock (gate) dirty.Add(item);
            changed.Release();
        };
        return informer;
    }

    private async Task FoldAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var informer in folds.Keys) await informer.WaitForSyncAsync(cancellation);
            lock (gate) dirty.UnionWith(folds.Keys);
            while (true)
            {
                Fold();
                await WaitAsync(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The asked-for end.
        }
    }

    private void Fold()
    {
        Informer[] due;
        lock (gate)
        {
            due = [.. dirty];
            dirty.Clear();
        }

        var indexed = false;
        foreach (var informer in due)
        {
            var isNode = ReferenceEquals(informer, nodes) || ReferenceEquals(informer, reports);
            if (isNode && indexed) continue;
            indexed |= isNode;
            building = folds[informer](building);
        }

        Volatile.Write(ref current, building);
    }

    /// <summary>Until something changes, or the next report expires.</summary>
    private async Task WaitAsync(CancellationToken cancellation)
    {
        ITimer? timer = null;
        if (building.Nodes.NextExpiry is { } next)
        {
            var wait = next - time.GetUtcNow();
            timer = time.CreateTimer(
                _ =>
                {
                    lock (gate) dirty.Add(reports);
                    changed.Release();
                },
                null,
                wait > TimeSpan.Zero ? wait : TimeSpan.FromSeconds(1),
                Timeout.InfiniteTimeSpan);
        }

        try
        {
            await changed.WaitAsync(cancellation);
            while (changed.Wait(0, CancellationToken.None))
            {
                // Changes that came together are folded together.
            }
        }
        finally
        {
            if (timer is not null) await timer.DisposeAsync();
        }
    }

    private ClusterFacts Index(ClusterFacts facts) => facts with
    {
        Nodes = NodeIndex.Build(
            nodes.Items.Values.Select(NodeFacts.Read).OfType<NodeFacts>(), reports.Items.Values.Select(NodeReport.Read).OfType<NodeReport>(), time.GetUtcNow(), ReportOrigin.Cluster),
    };

    /// <summary>Namespaces that did not change keep their facts, with what was read of their labels.</summary>
    private ImmutableDictionary<string, NamespaceFacts> ReadNamespaces(ClusterFacts facts)
    {
        var all = ImmutableDictionary.CreateBuilder<string, NamespaceFacts>(StringComparer.Ordinal);
        foreach (var item in namespaces.Items.Values)
        {
            var read = NamespaceFacts.Read(item);
            all[read.Name] = facts.Namespaces.GetValueOrDefault(read.Name) is { } known && known.Says(read) ? known : read;
        }

        return all.ToImmutable();
    }

    /// <summary>A policy that cannot be read is left out and said so; the others apply.</summary>
    private ImmutableArray<InjectionPolicy> ReadPolicies()
    {
        var read = new List<InjectionPolicy>();
        var problems = ImmutableArray.CreateBuilder<string>();
        foreach (var item in policies.Items.Values)
        {
            if (InjectionPolicyReader.TryRead(item, out var policy, out var mistakes))
            {
                read.Add(policy!);
                continue;
            }

            var text = $"InjectionPolicy {NamespacedName.Of(item)} does not apply: {string.Join("; ", mistakes)}";
            problems.Add(text);
            logger.PolicyNotRead(text);
        }

        policyProblems = problems.ToImmutable();
        return ClusterFacts.Order(read);
    }

    private static string Because(Informer informer) => informer.LastError is { } error ? $" ({error})" : "";
}
