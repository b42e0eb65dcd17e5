using System.Collections.Immutable;

namespace Coral.Cli.Uninstall;

/// <summary>What became of an object.</summary>
internal enum Fate
{
    Removed,
    WouldRemove,
    Stays,
}

/// <summary>An object of which something is gone, or stays for somebody else to decide.</summary>
/// <param name="Fate">What became of it.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Namespace">Its namespace; null where it lives in none.</param>
/// <param name="Name">Its name.</param>
/// <param name="Keys">Its labels and annotations that are meant; empty for the whole object.</param>
/// <param name="Why">A remark, or "".</param>
internal sealed record Outcome(Fate Fate, string Kind, string? Namespace, string Name, ImmutableArray<string> Keys, string Why = "");
