using Coral.Policies;
using Coral.Policies.PodSecurity;

namespace Coral.Cli.Facts;

/// <summary>Which facts decide: the checked options that <c>inject</c> and <c>explain</c> share. All silent: opted in, privileged, no report.</summary>
internal sealed record FactsChoice
{
    internal string? Standalone { get; init; }

    internal string? Kubeconfig { get; init; }

    internal string? Context { get; init; }

    /// <summary>The namespace that stands in for what the objects say.</summary>
    internal string? Namespace { get; init; }

    /// <summary>The level that is enforced, whatever the labels say.</summary>
    internal LevelVersion? Level { get; init; }

    /// <summary>What the API server's PodSecurity plug-in is configured with.</summary>
    internal string? PodSecurityConfig { get; init; }

    internal string? NodeFacts { get; init; }

    internal string? Policy { get; init; }

    internal KubernetesVersion? ServerVersion { get; init; }

    /// <summary>Whether nothing says what the namespaces are.</summary>
    internal bool IsSilent => Standalone is null && Kubeconfig is null;
}
