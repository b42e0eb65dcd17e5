using Coral.Policies;

namespace Coral.Cli.Facts;

/// <summary>The facts that decide, and where they come from.</summary>
/// <param name="Facts">The snapshot.</param>
/// <param name="Source">The folder or cluster; null where nothing was said and namespaces are assumed.</param>
/// <param name="DefaultNamespace">The namespace of objects that state none.</param>
/// <param name="Notes">What a person should know of them, one line each.</param>
internal sealed record Scene(ClusterFacts Facts, string? Source, string DefaultNamespace, IReadOnlyList<string> Notes);
