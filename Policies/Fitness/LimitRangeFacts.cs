using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Policies;

/// <summary>A LimitRange of a namespace: one entry for each resource of its Container and Pod items.</summary>
public sealed record LimitRangeFacts(string Name, string Namespace, ImmutableArray<ResourceBound> Bounds)
{
    /// <summary>Reads a LimitRange object; amounts that do not parse count as absent.</summary>
    public static LimitRangeFacts Read(JsonElement item)
    {
        var metadata = item.Get("metadata"u8);
        var bounds = ImmutableArray.CreateBuilder<ResourceBound>();
        foreach (var limit in item.Get("spec"u8).Items("limits"u8))
        {
            if (limit.Text("type"u8) is not ("Container" or "Pod") || limit.Text("type"u8) is not { } type) continue;
            foreach (var resource in Resources(limit))
            {
                bounds.Add(new ResourceBound(
                    type == "Pod", resource, Amount(limit, "min", resource), Amount(limit, "max", resource), Amount(limit, "maxLimitRequestRatio", resource)));
            }
        }

        return new LimitRangeFacts(metadata.Text("name"u8) ?? "", metadata.Text("namespace"u8) ?? "", bounds.ToImmutable());
    }

    private static SortedSet<string> Resources(JsonElement limit)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var part in limit.EnumerateObject())
        {
            if (part.Value.ValueKind != JsonValueKind.Object) continue;
            foreach (var resource in part.Value.EnumerateObject()) names.Add(resource.Name);
        }

        return names;
    }

    private static Quantity? Amount(JsonElement limit, string part, string resource) =>
        Quantity.TryParse(limit.Get(part).Get(resource), out var amount) ? amount : null;
}

/// <summary>What a LimitRange says of one resource, for each container or for the pod as a whole.</summary>
public sealed record ResourceBound(bool WholePod, string Resource, Quantity? Min, Quantity? Max, Quantity? MaxRatio);
