namespace Coral.Policies.Selection;

/// <summary>What is done with what was chosen: refused modes by <c>on-mismatch</c>, then as far as the rollout goes.</summary>
internal static class EndRules
{
    internal static RuleList AddTo(RuleList rules) =>
        rules.Add<MismatchSkips>().Add<MismatchDenies>().Add<MismatchDowngrades>().Add<Pins>().Add<Observes>().Add<Annotates>().Add<Injects>();

    [Name("mode-mismatch-skips")]
    internal sealed class MismatchSkips : Rule
    {
        public override void Define()
        {
            Standing standing = null!;
            When().Match(() => standing, s => s.IsFinal, s => s.IsRefused, s => s.OnMismatch == OnMismatch.Skip);
            Then().Yield(_ => Conclusion.Of(standing.Trial, standing.Reason!));
        }
    }

    [Name("mode-mismatch-denies")]
    internal sealed class MismatchDenies : Rule
    {
        public override void Define()
        {
            Standing standing = null!;
            When().Match(() => standing, s => s.IsFinal, s => s.IsRefused, s => s.OnMismatch == OnMismatch.Deny);
            Then().Yield(_ => Conclusion.Of(standing.Trial, standing.Reason!, Outcome.Denied));
        }
    }

    /// <summary>Fires for the record: what stands was found with the mode refused.</summary>
    [Name("mode-mismatch-downgrades")]
    internal sealed class MismatchDowngrades : Rule
    {
        public override void Define()
        {
            Standing standing = null!;
            When().Match(() => standing, s => s.Holds, s => s.IsRefused);
            Then().Yield(_ => standing.Refused!);
        }
    }

    /// <summary>Fires for the record: the nodes stand in what was chosen.</summary>
    [Name("pod-is-pinned")]
    internal sealed class Pins : Rule
    {
        public override void Define()
        {
            Standing standing = null!;
            When().Match(() => standing, s => s.Holds, s => s.IsPinned);
            Then().Yield(_ => standing.Chosen!.Pin!);
        }
    }

    [Name("rollout-observes")]
    internal sealed class Observes : Rule
    {
        public override void Define()
        {
            Standing standing = null!;
            When().Match(() => standing, s => s.Holds, s => s.Rollout == Rollout.Observe);
            Then().Yield(_ => Conclusion.With(standing, Outcome.Skipped, Reasons.RolloutObserve));
        }
    }

    [Name("rollout-annotates")]
    internal sealed class Annotates : Rule
    {
        public override void Define()
        {
            Standing standing = null!;
            When().Match(() => standing, s => s.Holds, s => s.Rollout == Rollout.Annotate);
            Then().Yield(_ => Conclusion.With(standing, Outcome.Skipped, Reasons.RolloutAnnotate));
        }
    }

    [Name("rollout-injects")]
    internal sealed class Injects : Rule
    {
        public override void Define()
        {
            Standing standing = null!;
            When().Match(() => standing, s => s.Holds, s => s.Rollout == Rollout.Inject);
            Then().Yield(_ => Conclusion.With(standing, Outcome.Injected, null));
        }
    }
}
