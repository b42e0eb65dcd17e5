using Coral.Cli.Deciding;
using Coral.Cli.Facts;
using Coral.Policies;
using Coral.Policies.Injection;
using Coral.Policies.Variants;

namespace Coral.Cli.Explain.Live;

/// <summary>A running pod beside the pod that would be created now in its place.</summary>
/// <param name="Sidecar"><c>none</c>, <c>intact</c> (as it would be written now), or <c>different</c>: a container of our name that is otherwise.</param>
/// <param name="Status">What the pod says was decided, or null.</param>
/// <param name="Now">The decision that would be made.</param>
/// <param name="Causes">Why the two differ; empty where they do not.</param>
internal sealed record Comparison(string Sidecar, PodStatus? Status, OfflineDecision Now, IReadOnlyList<Cause> Causes)
{
    /// <summary>Whether the pod has what it would get.</summary>
    internal bool Same => Causes.Count == 0;

    internal static Comparison Make(LivePod live, FactsChoice choice, Scene scene, WhatIf what, bool way)
    {
        var status = PodStatus.Of(live.Stored);
        var policy = scene.Facts.Namespaces.GetValueOrDefault(live.Namespace) is { } scope ? scene.Facts.PolicyIndex.Find(live.Stored, scope) : null;
        var present = IntactSidecar.Look(live.Stored, VariantCatalogue.Shipped, policy);
        // An older policy or version wrote it otherwise; without a status it is somebody else's, and stays in the way.
        var ours = present == Present.Intact || (present == Present.Foreign && status is not null);
        var item = live.ToInput(BareForm.Of(live.Stored, ours));
        var now = OfflineDecision.Decide([item], choice, scene, what with { User = what.User ?? live.Creator }, way).Single();
        var sidecar = present switch
        {
            Present.Intact => "intact",
            Present.Foreign => "different",
            _ => "none",
        };
        return new Comparison(sidecar, status, now, Differences(ours, status, now.Decision!));
    }

    private static IReadOnlyList<Cause> Differences(bool had, PodStatus? then, Decision now) => (had, now.Outcome == Outcome.Injected) switch
    {
        (false, false) => [],
        (false, true) => [Cause.OfMissing(then)],
        (true, false) => [Cause.OfSurplus(now)],
        // The annotation is gone; what the container is was compared with what would be written.
        _ when then is null => [],
        _ => then.Variant == now.Variant && then.Form == now.Form?.ToCode() && then.Template == now.Template ? [] : Cause.OfChange(then, now),
    };
}
