using System.Collections.Immutable;
using Coral.Policies.Nodes;

namespace Coral.Policies.Selection;

/// <summary>The names of the rules that choose, as decisions and audit documents list them.</summary>
internal static class Rule
{
    internal const string MismatchEnds = "mode-mismatch-ends";
    internal const string MismatchDowngrades = "mode-mismatch-downgrades";

    /// <summary>In the order of <see cref="LevelOrigin"/>.</summary>
    private static readonly string[] Levels = ["level-from-label", "level-from-policy", "level-from-configuration", "level-from-probe", "level-lifted-by-exemption", "level-assumed"];

    internal static ImmutableArray<string> Fired(EffectiveLevel level, Floor floor, in ModeChoice.Result choice, Form form, Settings settings, InjectionPolicy? policy)
    {
        var fired = ImmutableArray.CreateBuilder<string>(6);
        if (policy is not null) fired.Add("policy-matches");
        fired.Add(Levels[(int)level.Origin]);
        fired.Add(floor.FeasibleCount == 1 ? "floor-of-one-node" : "floor-over-nodes");
        if (policy?.Privileges == Privileges.Documented) fired.Add("documented-table");
        fired.Add(choice.Refused is not null ? MismatchDowngrades : settings.PodMode is not null ? "mode-of-pod" : settings.NamespaceMode is not null ? "mode-of-namespace" : "auto-first-that-fits");
        fired.Add(form == Form.Native ? "native-sidecar" : "regular-container");
        if (settings.Rollout != Rollout.Inject) fired.Add("rollout-holds-back");
        return fired.ToImmutable();
    }
}
