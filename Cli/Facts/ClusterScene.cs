using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Coral.Kubernetes;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Cli.Facts;

/// <summary>Facts of a running cluster, each kind listed once.</summary>
internal static class ClusterScene
{
    private const int PageSize = 500;

    private static readonly ApiResource[] Kinds =
    [
        ApiResource.Namespaces, ApiResource.LimitRanges, ApiResource.ResourceQuotas, ApiResource.RuntimeClasses,
        ApiResource.Nodes, ApiResource.NodeCapabilities, ApiResource.InjectionPolicies, ApiResource.ServiceAccounts,
    ];

    internal static async Task<Scene> ReadAsync(KubernetesConfig config, TimeProvider time, CancellationToken cancellation)
    {
        using var client = new KubernetesClient(config, time, NullLoggerFactory.Instance);
        var version = await client.GetVersionAsync(cancellation);
        var refused = new ConcurrentQueue<KubernetesException>();
        var lists = await Task.WhenAll(Kinds.Select(kind => ListAsync(client, kind, refused, cancellation)));
        if (!refused.IsEmpty) throw Refusal(config, refused);

        var notes = new List<string>();
        var facts = ClusterFacts.Empty with
        {
            ServerVersion = new KubernetesVersion(version.Major, version.Minor),
            Namespaces = FactsReader.Namespaces(lists[0]),
            LimitRanges = FactsReader.LimitRanges(lists[1]),
            Quotas = FactsReader.Quotas(lists[2]),
            RuntimeClasses = FactsReader.RuntimeClasses(lists[3]),
            ServiceAccounts = FactsReader.ServiceAccounts(lists[7]),
            Policies = ClusterFacts.Order(Policies(lists[6], notes)),
            Nodes = NodeIndex.Build(lists[4].Select(NodeFacts.Read).OfType<NodeFacts>(), lists[5].Select(NodeReport.Read).OfType<NodeReport>(), time.GetUtcNow(), ReportOrigin.Cluster),
        };
        return new Scene(facts, config.Server.ToString(), config.Namespace ?? "default", notes);
    }

    /// <summary>All objects of a kind; a kind that is ours and not installed has none. What is forbidden goes to <paramref name="refused"/>.</summary>
    internal static async Task<List<JsonElement>> ListAsync(KubernetesClient client, ApiResource resource, ConcurrentQueue<KubernetesException> refused, CancellationToken cancellation)
    {
        var items = new List<JsonElement>();
        try
        {
            for (string? next = null; next != "";)
            {
                var page = await client.ListAsync(resource, new ListOptions { Limit = PageSize, Continue = next }, cancellation);
                items.AddRange(page.Items("items"u8));
                next = page.Get("metadata"u8).Text("continue"u8) ?? "";
            }
        }
        catch (KubernetesException absent) when (absent.StatusCode == HttpStatusCode.NotFound && resource.Group == ApiResource.NodeCapabilities.Group)
        {
            // Our CustomResourceDefinitions are not installed: there are no policies and no reports.
        }
        catch (KubernetesException forbidden) when (forbidden.StatusCode == HttpStatusCode.Forbidden)
        {
            refused.Enqueue(forbidden);
        }

        return items;
    }

    /// <summary>All rights that are missing at once, one line.</summary>
    private static KubernetesException Refusal(KubernetesConfig config, IReadOnlyCollection<KubernetesException> refused)
    {
        var messages = string.Join("; ", refused.Select(each => each.Message).Order(StringComparer.Ordinal));
        return new KubernetesException(HttpStatusCode.Forbidden, "Forbidden", $"{config.Server} refuses facts that decide: {messages}; rights to list {string.Join(", ", Kinds.AsEnumerable())} in all namespaces are needed", null);
    }

    /// <summary>A policy that cannot be read is left out and said so, as the webhook does.</summary>
    private static List<InjectionPolicy> Policies(List<JsonElement> items, List<string> notes)
    {
        var read = new List<InjectionPolicy>();
        foreach (var item in items)
        {
            if (InjectionPolicyReader.TryRead(item, out var policy, out var mistakes)) read.Add(policy!);
            else notes.Add($"InjectionPolicy {item.Get("metadata"u8).Text("name"u8)} does not apply: {string.Join("; ", mistakes)}");
        }

        return read;
    }
}
