using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Policies;

/// <summary>Turns raw API objects into facts. Used by every reader: folders, informers and the CLI.</summary>
public static class FactsReader
{
    /// <summary>Fills in everything but nodes and policies.</summary>
    public static ClusterFacts Read(
        ClusterFacts facts, IEnumerable<JsonElement> namespaces, IEnumerable<JsonElement> limitRanges, IEnumerable<JsonElement> quotas, IEnumerable<JsonElement> runtimeClasses) =>
        facts with
        {
            Namespaces = namespaces.Select(NamespaceFacts.Read).ToImmutableDictionary(item => item.Name, StringComparer.Ordinal),
            LimitRanges = LimitRanges(limitRanges),
            Quotas = Quotas(quotas),
            RuntimeClasses = RuntimeClasses(runtimeClasses),
        };

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
}
