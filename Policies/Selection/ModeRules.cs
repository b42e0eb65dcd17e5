namespace Coral.Policies.Selection;

/// <summary>
/// Which variant it is in the end: what `auto` computes, then the namespace's mode, then the pod's. Each may lower freely; to raise above what stands
/// needs a policy that grants the mode (row C-53). Down from what was asked for, never up: a mode that lowers and does not hold leaves the next below it.
/// </summary>
internal static class ModeRules
{
    internal static RuleList AddTo(RuleList rules) => rules
        .Add<OfNamespace>().Add<OfPod>().Add<IsWhatStands>().Add<IsTried>()
        .Add<Lowers>().Add<Granted>().Add<NotGranted>().Add<RaiseFalls>().Add<LowerFalls>().Add<LeavesNothing>();

    [Name("mode-of-namespace")]
    internal sealed class OfNamespace : Rule
    {
        public override void Define()
        {
            Terms terms = null!;
            When().Match(() => terms, t => t.IsBare, t => t.HasNamespaceMode);
            Then().Yield(_ => new ModeWish(0, terms.Settings.NamespaceMode!));
        }
    }

    [Name("mode-of-pod")]
    internal sealed class OfPod : Rule
    {
        public override void Define()
        {
            Terms terms = null!;
            When().Match(() => terms, t => t.IsBare, t => t.HasPodMode);
            Then().Yield(_ => new ModeWish(terms.HasNamespaceMode ? 1 : 0, terms.Settings.PodMode!));
        }
    }

    [Name("mode-is-what-stands")]
    internal sealed class IsWhatStands : Rule
    {
        public override void Define()
        {
            ModeWish wish = null!;
            Standing standing = null!;
            When()
                .Match(() => wish)
                .Match(() => standing, s => s.HasVariant, s => s.Step == wish.Order, s => s.Chosen!.Variant.Rank == wish.Variant.Rank);
            Then().Yield(_ => standing.Confirmed());
        }
    }

    [Name("mode-tried")]
    internal sealed class IsTried : Rule
    {
        public override void Define()
        {
            ModeWish wish = null!;
            Standing standing = null!;
            When()
                .Match(() => wish)
                .Match(() => standing, s => s.HasVariant, s => s.Step == wish.Order, s => s.Chosen!.Variant.Rank != wish.Variant.Rank);
            Then().Yield(_ => Contender.Asked(standing, wish.Variant));
        }
    }

    [Name("mode-lowers")]
    internal sealed class Lowers : Rule
    {
        public override void Define()
        {
            Tried tried = null!;
            When().Match(() => tried, t => t.IsAsked, t => t.Fits, t => !t.Raises);
            Then().Yield(_ => Standing.Given(tried, Reasons.ModeRequested));
        }
    }

    [Name("mode-granted")]
    internal sealed class Granted : Rule
    {
        public override void Define()
        {
            Tried tried = null!;
            When().Match(() => tried, t => t.IsAsked, t => t.Fits, t => t.Raises, t => t.IsGranted);
            Then().Yield(_ => Standing.Given(tried, Reasons.ModeGranted));
        }
    }

    [Name("mode-not-granted")]
    internal sealed class NotGranted : Rule
    {
        public override void Define()
        {
            Tried tried = null!;
            When().Match(() => tried, t => t.IsAsked, t => t.Fits, t => t.Raises, t => !t.IsGranted);
            Then().Yield(_ => Standing.Kept(tried, Reasons.ModeNotGranted));
        }
    }

    [Name("mode-not-possible")]
    internal sealed class RaiseFalls : Rule
    {
        public override void Define()
        {
            Tried tried = null!;
            When().Match(() => tried, t => t.IsAsked, t => !t.Fits, t => t.Raises);
            Then().Yield(_ => Standing.Kept(tried, tried.WhyNot));
        }
    }

    [Name("mode-leaves-next-below")]
    internal sealed class LowerFalls : Rule
    {
        public override void Define()
        {
            Tried tried = null!;
            When().Match(() => tried, t => t.IsAsked, t => !t.Fits, t => !t.Raises, t => t.HasBelow);
            Then().Yield(_ => tried.Below!);
        }
    }

    [Name("mode-leaves-nothing")]
    internal sealed class LeavesNothing : Rule
    {
        public override void Define()
        {
            Tried tried = null!;
            When().Match(() => tried, t => t.IsAsked, t => !t.Fits, t => !t.Raises, t => !t.HasBelow);
            Then().Yield(_ => Conclusion.Of(tried.Contender.Trial, tried.Contender.Trial.WhyNothing));
        }
    }
}
