using Coral.Policies.Injection;

namespace Coral.Policies.Selection;

/// <summary>Which policy governs the pod, and whether there is anything left to do.</summary>
internal static class PolicyRules
{
    internal static RuleList AddTo(RuleList rules) => rules.Add<PolicyMatches>().Add<AlreadyInjected>().Add<NameTaken>().Add<Bare>();

    /// <summary>Fires for the record: what the policy asks for stands in the terms.</summary>
    [Name("policy-matches")]
    internal sealed class PolicyMatches : Rule
    {
        public override void Define()
        {
            Terms terms = null!;
            When().Match(() => terms, t => t.HasPolicy);
            Then().Yield(_ => terms.Policy!);
        }
    }

    [Name("already-injected")]
    internal sealed class AlreadyInjected : Rule
    {
        public override void Define()
        {
            Terms terms = null!;
            When().Match(() => terms, t => t.Sidecar == Present.Intact);
            Then().Yield(_ => Conclusion.At(terms, Reasons.AlreadyInjected));
        }
    }

    [Name("container-name-taken")]
    internal sealed class NameTaken : Rule
    {
        public override void Define()
        {
            Terms terms = null!;
            When().Match(() => terms, t => t.Sidecar == Present.Foreign);
            Then().Yield(_ => Conclusion.At(terms, Reasons.ContainerNameTaken));
        }
    }

    [Name("pod-is-bare")]
    internal sealed class Bare : Rule
    {
        public override void Define()
        {
            Terms terms = null!;
            When().Match(() => terms, t => t.IsBare);
            Then().Yield(_ => new LevelSources(terms.Pod.Request, terms.Pod.Scope, terms.Policy, terms.Pod.Facts));
        }
    }
}
