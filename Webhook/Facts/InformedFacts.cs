using System.Collections.Immutable;
using System.Text.Json;
using Coral.Kubernetes;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;
using Coral.Webhook.Facts.Probing;
using Microsoft.Extensions.Logging;

namespace Coral.Webhook.Facts;

/// <summary>
/// Facts from a cluster: one informer a kind, folded into one snapshot. Only the part whose kind changed is made anew. A kind that the server does not
/// know (our CRDs not installed) has no objects, which <see cref="Health"/> says.
/// </summary>
internal sealed class InformedFacts : IFactsSource, IDisposable
{
    /// <summary>Kubelets beat and agents renew all the time; in a large cluster that would be several indexes a second, each like the last.</summary>
    private static readonly TimeSpan IndexEvery = TimeSpan.FromSeconds(1);

    /// <summary>Reports may say any time, and timers take no more than 49 days.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly IKubernetesClient client;
    private readonly PodSecurityProber? prober;
    private readonly PolicyObjects policyObjects;
    private readonly PolicyConditions conditions;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly NodeIndexer indexer = new();
    private readonly Lock gate = new();
    private readonly SemaphoreSlim changed = new(0);
    private readonly SemaphoreSlim conditionsDue = new(0);
    private readonly Dictionary<Informer, Func<ClusterFacts, ClusterFacts>?> folds = [];
    private readonly HashSet<Informer> dirty = [];
    private readonly Informer namespaces;
    private readonly Informer nodes;
    private readonly Informer reports;
    private readonly Informer policies;
    private ClusterFacts building;
    private ClusterFacts? current;
    private bool indexed;
    private long indexedAt;

    internal InformedFacts(IKubernetesClient client, ClusterFacts start, TimeProvider time, ILoggerFactory loggers, PodSecurityProber? prober = null)
    {
        this.client = client;
        this.prober = prober;
        this.time = time;
        logger = loggers.CreateLogger("Coral.Webhook.Facts");
        building = start;
        policyObjects = new PolicyObjects(logger);
        conditions = new PolicyConditions(client, time, logger);
        namespaces = Follow(ApiResource.Namespaces, loggers, facts => facts with { Namespaces = ReadNamespaces(facts) });
        nodes = Follow(ApiResource.Nodes, loggers, null);
        reports = Follow(ApiResource.NodeCapabilities, loggers, null);
        policies = Follow(ApiResource.InjectionPolicies, loggers, facts => facts with { Policies = policyObjects.Read(policies!.Items.Values) });
        Informer limits = null!, quotas = null!, runtimes = null!, accounts = null!;
        limits = Follow(ApiResource.LimitRanges, loggers, facts => facts with { LimitRanges = FactsReader.LimitRanges(limits.Items.Values) });
        quotas = Follow(ApiResource.ResourceQuotas, loggers, facts => facts with { Quotas = FactsReader.Quotas(quotas.Items.Values) });
        accounts = Follow(ApiResource.ServiceAccounts, loggers, facts => facts with { ServiceAccounts = FactsReader.ServiceAccounts(accounts.Items.Values) });
        runtimes = Follow(ApiResource.RuntimeClasses, loggers, facts => facts with { RuntimeClasses = FactsReader.RuntimeClasses(runtimes.Items.Values) });
        if (prober is not null) prober.Probed += () => changed.Release();
    }

    /// <inheritdoc/>
    public ClusterFacts? Current => Volatile.Read(ref current);

    /// <inheritdoc/>
    public PolicyCounts Policies => new(Current?.Policies.Length ?? 0, policyObjects.Verdicts.Count(verdict => !verdict.Valid));

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

            if (prober is not null) yield return prober.Health;
            foreach (var verdict in policyObjects.Verdicts.Where(verdict => !verdict.Valid)) yield return new HealthLine("policy", true, verdict.Text);
        }
    }

    /// <summary>Follows the cluster until it is cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        var running = folds.Keys.Select(informer => informer.RunAsync(cancellation)).ToList();
        running.Add(FoldAsync(cancellation));
        running.Add(SayConditionsAsync(cancellation));
        if (prober is not null) running.Add(prober.RunAsync(cancellation));
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
    public void Dispose()
    {
        changed.Dispose();
        conditionsDue.Dispose();
    }

    /// <summary>Nodes and reports have no fold of their own: they make the index together.</summary>
    private Informer Follow(ApiResource resource, ILoggerFactory loggers, Func<ClusterFacts, ClusterFacts>? fold)
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
        HashSet<Informer> due;
        lock (gate)
        {
            due = [.. dirty];
            dirty.Clear();
        }

        foreach (var informer in due)
        {
            if (folds[informer] is { } fold) building = fold(building);
        }

        if (prober?.Current is var probed && !ReferenceEquals(probed, building.Probed)) building = building with { Probed = probed };
        if (due.Contains(policies)) conditionsDue.Release();
        if (due.Contains(nodes) || due.Contains(reports)) FoldNodes();
        Volatile.Write(ref current, building);
    }

    /// <summary>Apart from folding, which never waits for the API server.</summary>
    private async Task SayConditionsAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await conditionsDue.WaitAsync(cancellation);
                await conditions.WriteAsync(policyObjects.Verdicts, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The asked-for end.
        }
    }

    /// <summary>Brings the node index up to date, unless that was done a moment ago.</summary>
    private void FoldNodes()
    {
        if (indexed && time.GetElapsedTime(indexedAt) < IndexEvery)
        {
            lock (gate) dirty.Add(nodes);
            return;
        }

        (indexed, indexedAt) = (true, time.GetTimestamp());
        var index = indexer.Update(ByName(nodes), ByName(reports), time.GetUtcNow());
        if (!ReferenceEquals(index, building.Nodes)) building = building with { Nodes = index };
    }

    private static IEnumerable<KeyValuePair<string, JsonElement>> ByName(Informer informer) => informer.Items.Select(item => KeyValuePair.Create(item.Key.Name, item.Value));

    /// <summary>Until something changes, the index may be made again, or the next report expires.</summary>
    private async Task WaitAsync(CancellationToken cancellation)
    {
        bool postponed;
        lock (gate) postponed = dirty.Count > 0;
        var due = postponed ? IndexEvery - time.GetElapsedTime(indexedAt) : building.Nodes.NextExpiry is { } next ? next - time.GetUtcNow() : (TimeSpan?)null;
        await using var timer = due is { } wait ? time.CreateTimer(_ => Wake(postponed), null, wait <= TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : wait < LongestWait ? wait : LongestWait, Timeout.InfiniteTimeSpan) : null;
        await changed.WaitAsync(cancellation);
        while (changed.Wait(0, CancellationToken.None))
        {
            // Changes that came together are folded together.
        }
    }

    private void Wake(bool postponed)
    {
        // What was postponed stands in the set already; a report that expires changes the index though no object changed.
        if (!postponed)
        {
            lock (gate) dirty.Add(reports);
        }

        changed.Release();
    }

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

    private static string Because(Informer informer) => informer.LastError is { } error ? $" ({error})" : "";
}
