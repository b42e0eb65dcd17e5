using Coral.Policies.Nodes;

namespace Coral.Policies.Selection;

/// <summary>Fact: how the sidecar will stand in the pod.</summary>
internal sealed record SidecarForm(Form Form)
{
    internal bool IsNative => Form == Form.Native;
}

/// <summary>Step 4: what the nodes where the pod may land have proved, and whether their kubelets know native sidecars.</summary>
internal static class NodeRules
{
    internal static RuleList AddTo(RuleList rules) => rules.Add<FloorOverNodes>().Add<FloorOfNamedNode>().Add<NativeSidecarForm>().Add<RegularContainer>().Add<JobNeedsNative>();

    [Name("floor-over-nodes")]
    internal sealed class FloorOverNodes : Rule
    {
        public override void Define()
        {
            Terms terms = null!;
            When().Match(() => terms, t => t.IsBare, t => t.Strategy != Strategy.Exact);
            Then().Yield(_ => terms.Floor());
        }
    }

    [Name("floor-of-named-node")]
    internal sealed class FloorOfNamedNode : Rule
    {
        public override void Define()
        {
            Terms terms = null!;
            When().Match(() => terms, t => t.IsBare, t => t.Strategy == Strategy.Exact);
            Then().Yield(_ => terms.Floor());
        }
    }

    [Name("native-sidecar")]
    internal sealed class NativeSidecarForm : Rule
    {
        public override void Define()
        {
            Terms terms = null!;
            Floor floor = null!;
            When().Match(() => terms).Match(() => floor, f => terms.TakesNative(f));
            Then().Yield(_ => new SidecarForm(Form.Native));
        }
    }

    [Name("regular-container")]
    internal sealed class RegularContainer : Rule
    {
        public override void Define()
        {
            Terms terms = null!;
            Floor floor = null!;
            When().Match(() => terms).Match(() => floor, f => !terms.TakesNative(f));
            Then().Yield(_ => new SidecarForm(Form.Regular));
        }
    }

    [Name("job-needs-native")]
    internal sealed class JobNeedsNative : Rule
    {
        public override void Define()
        {
            Terms terms = null!;
            LevelFound level = null!;
            Floor floor = null!;
            SidecarForm form = null!;
            When()
                .Match(() => terms, t => t.MustComplete, t => !t.PinsTakeNative)
                .Match(() => level)
                .Match(() => floor)
                .Match(() => form, f => !f.IsNative);
            Then().Yield(_ => Conclusion.Of(new Trial(terms, level, floor, form.Form), Reasons.JobNeedsNative));
        }
    }
}
