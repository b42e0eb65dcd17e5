using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Policies;

/// <summary>A ResourceQuota of a namespace by its current status. Its status lags behind pods that are being created at this moment (docs/concepts/fitness.md).</summary>
public sealed record QuotaFacts(string Name, string Namespace, bool BestEffortOnly, ImmutableArray<QuotaEntry> Entries)
{
    /// <summary>Reads a ResourceQuota object; amounts that do not parse count as absent.</summary>
    public static QuotaFacts Read(JsonElement item)
    {
        var metadata = item.Get("metadata"u8);
        var spec = item.Get("spec"u8);
        var used = item.Get("status"u8).Get("used"u8);
        var entries = ImmutableArray.CreateBuilder<QuotaEntry>();
        foreach (var hard in spec.Members("hard"u8))
        {
            if (Target(hard.Name) is not { } target || !Quantity.TryParse(hard.Value, out var limit)) continue;
            entries.Add(new QuotaEntry(target.Resource, target.Limits, limit, Quantity.TryParse(used.Get(hard.Name), out var now) ? now : default));
        }

        return new QuotaFacts(metadata.Text("name"u8) ?? "", metadata.Text("namespace"u8) ?? "", IsBestEffort(spec), entries.ToImmutable());
    }

    /// <summary>Compute resources only: counts of objects do not change with a sidecar.</summary>
    private static (string Resource, bool Limits)? Target(string key) => key switch
    {
        "cpu" or "requests.cpu" => ("cpu", false),
        "memory" or "requests.memory" => ("memory", false),
        "ephemeral-storage" or "requests.ephemeral-storage" => ("ephemeral-storage", false),
        "limits.cpu" => ("cpu", true),
        "limits.memory" => ("memory", true),
        "limits.ephemeral-storage" => ("ephemeral-storage", true),
        _ => null,
    };

    private static bool IsBestEffort(JsonElement spec)
    {
        foreach (var scope in spec.Items("scopes"u8))
        {
            if (scope.AsText() == "BestEffort") return true;
        }

        return false;
    }
}

/// <summary>One compute resource of a quota: its ceiling and what is used.</summary>
public sealed record QuotaEntry(string Resource, bool Limits, Quantity Hard, Quantity Used);
