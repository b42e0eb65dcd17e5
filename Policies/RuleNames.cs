using System.Collections.Immutable;

namespace Coral.Policies;

/// <summary>The names of the rules that choose: what <see cref="Decision.Rules"/> may list.</summary>
public static class RuleNames
{
    /// <summary>All of them, in the order of their names.</summary>
    public static readonly ImmutableArray<string> All =
    [
        "auto-first-that-fits",
        "documented-table",
        "floor-of-one-node",
        "floor-over-nodes",
        "level-assumed",
        "level-from-configuration",
        "level-from-label",
        "level-from-policy",
        "level-from-probe",
        "level-lifted-by-exemption",
        "mode-mismatch-downgrades",
        "mode-mismatch-ends",
        "mode-of-namespace",
        "mode-of-pod",
        "native-sidecar",
        "policy-matches",
        "regular-container",
        "rollout-holds-back",
    ];
}
