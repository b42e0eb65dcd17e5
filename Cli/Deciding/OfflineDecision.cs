using Coral.Cli.Facts;
using Coral.Cli.Inputs;
using Coral.Policies;

namespace Coral.Cli.Deciding;

/// <summary>One object with the decision on its pods; <see cref="Decision"/> is null for a kind that runs none.</summary>
internal sealed record OfflineDecision(InputObject Item, string Namespace, TemplatePod? Pod, Decision? Decision)
{
    /// <summary>The way that the rules took, if that was asked for.</summary>
    internal Explanation? Way { get; private init; }

    /// <summary>Decides on each object as the webhook would on its pods.</summary>
    internal static IEnumerable<OfflineDecision> Decide(IEnumerable<InputObject> objects, FactsChoice choice, Scene scene, WhatIf? what = null, bool way = false)
    {
        var engine = new DecisionEngine();
        foreach (var item in objects)
        {
            var ns = Namespaces.Of(item, choice, scene);
            if (!item.RunsPods)
            {
                yield return new OfflineDecision(item, ns, null, null);
                continue;
            }

            var pod = new TemplatePod(item, what?.Mode);
            var request = new PodRequest { DecisionId = DecisionId.Of(ns, pod.Element), Namespace = ns, Pod = pod.Element, Requester = what?.User ?? WorkloadTemplate.CreatorOf(item.Kind, Requester.Unknown) };
            var explained = way ? engine.Explain(request, scene.Facts) : null;
            yield return new OfflineDecision(item, ns, pod, explained?.Decision ?? engine.Decide(request, scene.Facts)) { Way = explained };
        }
    }
}

/// <summary>What a question changes of the pods themselves: null leaves it as it is.</summary>
internal sealed record WhatIf(string? Mode, Requester? User);
