namespace Coral.Policies.Selection;

/// <summary>
/// Step 3: which Pod Security level decides, and who said so. An exemption goes first, as in the API server, then the label. Where labels are silent: what
/// the API server was configured with or a probe learnt of it, which a policy's <c>defaultLevel</c> can only tighten; else the policy; else what is assumed.
/// </summary>
internal static class LevelRules
{
    internal static RuleList AddTo(RuleList rules) =>
        rules.Add<Exemption>().Add<Label>().Add<Policy>().Add<Configuration>().Add<Probe>().Add<Assumption>();

    [Name("level-lifted-by-exemption")]
    internal sealed class Exemption : Rule
    {
        public override void Define()
        {
            LevelSources sources = null!;
            When().Match(() => sources, s => s.IsExempt);
            Then().Yield(_ => sources.Exempt());
        }
    }

    [Name("level-from-label")]
    internal sealed class Label : Rule
    {
        public override void Define()
        {
            LevelSources sources = null!;
            When().Match(() => sources, s => !s.IsExempt, s => s.IsLabelled);
            Then().Yield(_ => sources.Labelled());
        }
    }

    [Name("level-from-policy")]
    internal sealed class Policy : Rule
    {
        public override void Define()
        {
            LevelSources sources = null!;
            When().Match(() => sources, s => !s.IsExempt, s => !s.IsLabelled, s => s.HasPolicyLevel, s => s.PolicyTightens || !(s.IsConfigured || s.IsProbed));
            Then().Yield(_ => sources.ByPolicy());
        }
    }

    [Name("level-from-configuration")]
    internal sealed class Configuration : Rule
    {
        public override void Define()
        {
            LevelSources sources = null!;
            When().Match(() => sources, s => !s.IsExempt, s => !s.IsLabelled, s => s.IsConfigured, s => !s.PolicyTightens);
            Then().Yield(_ => sources.Default(LevelOrigin.Configured));
        }
    }

    [Name("level-from-probe")]
    internal sealed class Probe : Rule
    {
        public override void Define()
        {
            LevelSources sources = null!;
            When().Match(() => sources, s => !s.IsExempt, s => !s.IsLabelled, s => s.IsProbed, s => !s.PolicyTightens);
            Then().Yield(_ => sources.Default(LevelOrigin.Probed));
        }
    }

    [Name("level-assumed")]
    internal sealed class Assumption : Rule
    {
        public override void Define()
        {
            LevelSources sources = null!;
            When().Match(() => sources, s => !s.IsExempt, s => !s.IsLabelled, s => !s.IsConfigured, s => !s.IsProbed, s => !s.HasPolicyLevel);
            Then().Yield(_ => sources.Assumed());
        }
    }
}
