using Coral.Policies.Nodes;

namespace Coral.Policies.Selection;

/// <summary>Step 5: the variants that floor and policy permit, in the catalogue's order; the first that also passes trial and fitness (steps 6 and 7) is chosen.</summary>
internal static class CandidateRules
{
    internal static RuleList AddTo(RuleList rules) => rules
        .Add<SearchBegins>().Add<Excluded>().Add<LacksGrant>().Add<OtherKernel>().Add<NotProved>().Add<TriedOnPinned>().Add<TriedOnPod>().Add<DocumentedTable>()
        .Add<FirstThatFits>().Add<NextCandidate>().Add<NothingFits>();

    [Name("search-begins")]
    internal sealed class SearchBegins : Rule
    {
        public override void Define()
        {
            Terms terms = null!;
            LevelFound level = null!;
            Floor floor = null!;
            SidecarForm form = null!;
            When()
                .Match(() => terms)
                .Match(() => level)
                .Match(() => floor)
                .Match(() => form, f => f.IsNative || !terms.MustComplete || terms.PinsTakeNative);
            Then().Yield(_ => Contender.In(new Search(new Trial(terms, level, floor, form.Form), 0, int.MaxValue, null, null), 0, int.MaxValue)!);
        }
    }

    [Name("variant-excluded-by-policy")]
    internal sealed class Excluded : Rule
    {
        public override void Define()
        {
            Contender contender = null!;
            When().Match(() => contender, c => c.IsExcluded);
            Then().Yield(_ => contender.Trial.Excluded(contender));
        }
    }

    [Name("variant-needs-grant-on-openshift")]
    internal sealed class LacksGrant : Rule
    {
        public override void Define()
        {
            Contender contender = null!;
            When().Match(() => contender, c => !c.IsExcluded, c => c.LacksGrant);
            Then().Yield(_ => contender.Trial.Ungranted(contender));
        }
    }

    [Name("kernel-not-the-nodes")]
    internal sealed class OtherKernel : Rule
    {
        public override void Define()
        {
            Contender contender = null!;
            When().Match(() => contender, c => c.IsPermitted, c => !c.MeetsKernel);
            Then().Yield(_ => contender.Trial.OnOtherKernel(contender));
        }
    }

    [Name("variant-not-proved")]
    internal sealed class NotProved : Rule
    {
        public override void Define()
        {
            Contender contender = null!;
            When().Match(() => contender, c => c.IsPermitted, c => c.MeetsKernel, c => !c.IsProved, c => !c.IsPinnable);
            Then().Yield(_ => contender.Trial.Unproved(contender));
        }
    }

    [Name("variant-tried-on-pinned-nodes")]
    internal sealed class TriedOnPinned : Rule
    {
        public override void Define()
        {
            Contender contender = null!;
            When().Match(() => contender, c => c.IsPermitted, c => c.IsPinnable);
            Then().Yield(_ => contender.Trial.OnPod(contender));
        }
    }

    [Name("variant-tried")]
    internal sealed class TriedOnPod : Rule
    {
        public override void Define()
        {
            Contender contender = null!;
            When().Match(() => contender, c => c.IsPermitted, c => c.IsProved, c => !c.Trial.IsDocumented);
            Then().Yield(_ => contender.Trial.OnPod(contender));
        }
    }

    [Name("documented-table")]
    internal sealed class DocumentedTable : Rule
    {
        public override void Define()
        {
            Contender contender = null!;
            When().Match(() => contender, c => c.IsPermitted, c => c.IsProved, c => c.Trial.IsDocumented);
            Then().Yield(_ => contender.Trial.OnPod(contender));
        }
    }

    [Name("auto-first-that-fits")]
    internal sealed class FirstThatFits : Rule
    {
        public override void Define()
        {
            Tried tried = null!;
            When().Match(() => tried, t => t.Stands);
            Then().Yield(_ => Standing.Found(tried));
        }
    }

    [Name("auto-next-candidate")]
    internal sealed class NextCandidate : Rule
    {
        public override void Define()
        {
            Tried tried = null!;
            When().Match(() => tried, t => t.GoesOn);
            Then().Yield(_ => tried.Next!);
        }
    }

    [Name("nothing-fits")]
    internal sealed class NothingFits : Rule
    {
        public override void Define()
        {
            Tried tried = null!;
            When().Match(() => tried, t => t.IsLast);
            Then().Yield(_ => Conclusion.Of(tried.Contender.Trial, tried.Contender.Trial.WhyNothing));
        }
    }
}
