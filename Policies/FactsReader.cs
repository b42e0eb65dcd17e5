using System.Collections.Immutable;
using System.Text.Json;
using Coral.Policies.Bundles;
using Coral.Policies.Fitness;

namespace Coral.Policies;

/// <summary>Turns raw API objects into facts. Used by every reader: folders, informers and the CLI.</summary>
public static class FactsReader
{
    /// <summary>All that a folder says, except its nodes, which age.</summary>
    public static ClusterFacts Read(Bundle bundle, KubernetesVersion server) => ClusterFacts.Empty with
    {
        ServerVersion = server,
        Policies = ClusterFacts.Order(bundle.Policies),
        PodSecurity = bundle.PodSecurity,
        Namespaces = Namespaces(Objects(bundle.Namespaces)),
        LimitRanges = LimitRanges(Objects(bundle.LimitRanges)),
        Quotas = Quotas(Objects(bundle.ResourceQuotas)),
        RuntimeClasses = RuntimeClasses(Objects(bundle.RuntimeClasses)),
        ServiceAccounts = ServiceAccounts(Objects(bundle.ServiceAccounts)),
    };

    /// <summary>By name.</summary>
    public static ImmutableDictionary<string, NamespaceFacts> Namespaces(IEnumerable<JsonElement> items) =>
        items.Select(NamespaceFacts.Read).ToImmutableDictionary(item => item.Name, StringComparer.Ordinal);

    /// <summary>By namespace, in the order of their names.</summary>
    public static ImmutableDictionary<string, ImmutableArray<LimitRangeFacts>> LimitRanges(IEnumerable<JsonElement> items) => items
        .Select(LimitRangeFacts.Read)
        .GroupBy(item => item.Namespace, StringComparer.Ordinal)
        .ToImmutableDictionary(group => group.Key, group => group.OrderBy(item => item.Name, StringComparer.Ordinal).ToImmutableArray(), StringComparer.Ordinal);

    /// <summary>By namespace, in the order of their names.</summary>
    public static ImmutableDictionary<string, ImmutableArray<QuotaFacts>> Quotas(IEnumerable<JsonElement> items) => items
        .Select(QuotaFacts.Read)
        .GroupBy(item => item.Namespace, StringComparer.Ordinal)
        .ToImmutableDictionary(group => group.Key, group => group.OrderBy(item => item.Name, StringComparer.Ordinal).ToImmutableArray(), StringComparer.Ordinal);

    /// <summary>By name.</summary>
    public static ImmutableDictionary<string, RuntimeClassFacts> RuntimeClasses(IEnumerable<JsonElement> items) =>
        items.Select(RuntimeClassFacts.Read).ToImmutableDictionary(item => item.Name, StringComparer.Ordinal);

    /// <summary>Only those that restrict which Secrets their pods refer to.</summary>
    public static ImmutableDictionary<(string Namespace, string Name), ServiceAccountFacts> ServiceAccounts(IEnumerable<JsonElement> items) =>
        items.Select(ServiceAccountFacts.Read).OfType<ServiceAccountFacts>().ToImmutableDictionary(item => (item.Namespace, item.Name));

    private static IEnumerable<JsonElement> Objects(IEnumerable<ManifestDocument> documents) => documents.Select(document => document.Object);
}
