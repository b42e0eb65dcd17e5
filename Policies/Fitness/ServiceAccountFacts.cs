using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Policies.Fitness;

/// <summary>
/// A ServiceAccount whose pods may refer only to the Secrets that it lists: it carries <c>kubernetes.io/enforce-mountable-secrets</c>, which the API
/// server's ServiceAccount plug-in enforces on every container's env and on pull secrets (deprecated in 1.32, in force still).
/// </summary>
public sealed record ServiceAccountFacts(string Namespace, string Name, ImmutableHashSet<string> Secrets, ImmutableHashSet<string> PullSecrets)
{
    private const string Enforces = "kubernetes.io/enforce-mountable-secrets";

    /// <summary>Null for an account that restricts nothing, as nearly all are.</summary>
    public static ServiceAccountFacts? Read(JsonElement item)
    {
        var metadata = item.Get("metadata"u8);
        if (metadata.Get("annotations"u8).Text(Enforces) is not { } value || !IsTrue(value)) return null;
        return new ServiceAccountFacts(metadata.Text("namespace"u8) ?? "default", metadata.Text("name"u8) ?? "", Names(item, "secrets"u8), Names(item, "imagePullSecrets"u8));
    }

    /// <summary>What Go's strconv.ParseBool takes for true.</summary>
    private static bool IsTrue(string value) => value is "1" or "t" or "T" or "true" or "TRUE" or "True";

    private static ImmutableHashSet<string> Names(JsonElement item, ReadOnlySpan<byte> list)
    {
        var names = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (var reference in item.Items(list))
        {
            if (reference.Text("name"u8) is { } name) names.Add(name);
        }

        return names.ToImmutable();
    }
}
