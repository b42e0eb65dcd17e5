using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Policies.Variants;

/// <summary>One feature of the agent and what it needs (rows K-21 to K-33).</summary>
public sealed record Feature(string Name, string Summary, ImmutableArray<FeatureNeed> Needs, string? Instead)
{
    /// <summary>Whether one of its sets of capabilities is among these; a privileged container has all. The runtime's socket is never there.</summary>
    public bool IsIn(bool privileged, IReadOnlySet<string> capabilities) =>
        Needs.Any(need => !need.Socket && (privileged || need.Capabilities.All(capabilities.Contains)));

    internal static Feature Read(JsonElement item) => new(
        item.Text("name"u8)!,
        item.Text("summary"u8)!,
        [.. item.Items("needs"u8).Select(need => new FeatureNeed([.. need.Items("capabilities"u8).Select(name => name.GetString()!)], need.IsTrue("socket"u8)))],
        item.Text("instead"u8));
}

/// <summary>One sufficient set: all of these capabilities, and the runtime socket where it says so.</summary>
public sealed record FeatureNeed(ImmutableArray<string> Capabilities, bool Socket);
