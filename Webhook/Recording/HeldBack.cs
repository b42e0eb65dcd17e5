using Coral.Policies;
using Coral.Policies.Selection;

namespace Coral.Webhook.Recording;

/// <summary>What a rollout held back: the decision with its patch as it would have been, so that the audit shows what the next step would do.</summary>
internal static class HeldBack
{
    private static readonly DecisionEngine Engine = new();

    /// <summary>The decision of the same request with the rollout at inject; null where no rollout held it back.</summary>
    internal static Decision? Of(PodRequest request, ClusterFacts facts, Decision decision)
    {
        if (decision.Reason is not (Reasons.RolloutObserve or Reasons.RolloutAnnotate)) return null;
        if (facts.Namespaces.GetValueOrDefault(request.Namespace) is not { } scope) return null;
        // Of the policies only the one that applied has a say from here on, and one alone is quickly made ready to be asked.
        var applied = facts.Policies.FirstOrDefault(policy => policy.Name == decision.Policy);
        return Engine.Decide(request, facts with
        {
            Namespaces = facts.Namespaces.SetItem(request.Namespace, scope with { Annotations = scope.Annotations.Remove(Vocabulary.Rollout) }),
            Policies = applied is null ? [] : [applied with { Rollout = Rollout.Inject }],
        });
    }
}
