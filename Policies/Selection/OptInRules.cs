namespace Coral.Policies.Selection;

/// <summary>Fact: what ends a request before there is a choice. Of several the lowest rank counts.</summary>
/// <param name="Pod">Whose request.</param>
/// <param name="Outcome">Skipped, or failed.</param>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="Rank">What counts before what.</param>
/// <param name="Warnings">What the author is told beside the reason.</param>
internal sealed record Against(Applicant Pod, Outcome Outcome, string Reason, int Rank, WarningList Warnings = default)
{
    internal static Against Wish(Applicant pod, string reason, int rank) => new(pod, Outcome.Skipped, reason, rank, pod.Warnings);
}

/// <summary>
/// Step 2: who opted in. The pod's value wins over the namespace's; only <c>true</c> and <c>false</c> are values.
/// <code>
///                    pod: true          false        absent             invalid
/// namespace true      in                opted-out    in                 skip, warn
/// namespace false     in                opted-out    opted-out          skip, warn
/// namespace absent    in                opted-out    not-opted-in       skip, warn
/// namespace invalid   in, warn          opted-out, warn  skip, warn     skip, warn
/// </code>
/// </summary>
internal static class OptInRules
{
    internal static RuleList AddTo(RuleList rules) =>
        rules.Add<NamespaceUnknown>().Add<OptedOut>().Add<NotOptedIn>().Add<InvalidValue>().Add<EndsEarly>().Add<OptedIn>();

    /// <summary>The API server selects by the namespace's labels, so one that we do not know yet has asked for something.</summary>
    [Name("namespace-unknown")]
    [Priority(Stage.Guarded)]
    internal sealed class NamespaceUnknown : Rule
    {
        public override void Define()
        {
            Applicant pod = null!;
            When()
                .Match(() => pod, p => p.IsPodCreate, p => !p.IsKnown)
                .Not<Guard>();
            Then().Yield(_ => new Against(pod, Outcome.Failed, Reasons.NamespaceUnknown, 2));
        }
    }

    [Name("opted-out")]
    internal sealed class OptedOut : Rule
    {
        public override void Define()
        {
            Applicant pod = null!;
            When().Match(() => pod, p => p.Own == Wish.Out || (p.Own == Wish.Absent && p.Inherited == Wish.Out));
            Then().Yield(_ => Against.Wish(pod, Reasons.OptedOut, 3));
        }
    }

    [Name("not-opted-in")]
    internal sealed class NotOptedIn : Rule
    {
        public override void Define()
        {
            Applicant pod = null!;
            When().Match(() => pod, p => p.Own == Wish.Absent, p => p.Inherited == Wish.Absent);
            Then().Yield(_ => Against.Wish(pod, Reasons.NotOptedIn, 3));
        }
    }

    [Name("inject-value-invalid")]
    internal sealed class InvalidValue : Rule
    {
        public override void Define()
        {
            Applicant pod = null!;
            When().Match(() => pod, p => p.Own == Wish.Invalid || (p.Own == Wish.Absent && p.Inherited == Wish.Invalid));
            Then().Yield(_ => Against.Wish(pod, Reasons.InvalidInjectValue, 5));
        }
    }

    [Name("ends-before-choice")]
    [Priority(Stage.OptedIn)]
    internal sealed class EndsEarly : Rule
    {
        public override void Define()
        {
            Against against = null!;
            When()
                .Match(() => against)
                .Not<Against>(other => other.Rank < against.Rank);
            Then().Yield(_ => Conclusion.Early(against));
        }
    }

    [Name("opted-in")]
    [Priority(Stage.OptedIn)]
    internal sealed class OptedIn : Rule
    {
        public override void Define()
        {
            Applicant pod = null!;
            When()
                .Match(() => pod, p => p.IsOptedIn)
                .Not<Against>();
            Then().Yield(_ => new Terms(pod, pod.Facts.PolicyIndex.Find(pod.Request.Pod, pod.Scope)));
        }
    }
}
