using Coral.Policies.Variants;

namespace Coral.Policies.Selection;

/// <summary>
/// Which variant it is in the end: what `auto` computes, then the namespace's mode, then the pod's. Each may lower freely; to raise above what stands
/// needs a policy that grants the mode (row C-53).
/// </summary>
internal static class ModeChoice
{
    /// <param name="Chosen">What stands; null when nothing fits.</param>
    /// <param name="Reason">Why it stands, or why the mode does not hold.</param>
    /// <param name="Refused">The variant that was asked for and not given; null where none was.</param>
    internal readonly record struct Result(Attempt? Chosen, string? Reason, Variant? Refused);

    internal static Result Choose(Settings settings, Trial trial, VariantCatalogue catalogue, InjectionPolicy? policy)
    {
        var result = new Result(FirstThatFits(trial, catalogue, int.MaxValue), null, null);
        if (result.Chosen is null) return result;
        result = Apply(settings.NamespaceMode, result, trial, catalogue, policy);
        return Apply(settings.PodMode, result, trial, catalogue, policy);
    }

    private static Result Apply(Variant? wanted, Result now, Trial trial, VariantCatalogue catalogue, InjectionPolicy? policy)
    {
        if (wanted is null || now.Chosen is not { } chosen) return now;
        if (ReferenceEquals(wanted, chosen.Variant)) return now.Reason is null ? now with { Reason = Reasons.ModeRequested } : now;

        var attempt = trial.Try(wanted);
        var raises = wanted.Rank > chosen.Variant.Rank;
        var granted = policy is not null && policy.RaiseModes.Contains(wanted.Name);
        if (attempt.Fits && (!raises || granted)) return new Result(attempt, raises ? Reasons.ModeGranted : Reasons.ModeRequested, null);

        var reason = attempt.Fits ? Reasons.ModeNotGranted : Why(attempt.Reason!);
        // Down from what was asked for, never up: a mode that lowers and does not hold leaves the next below it.
        var instead = raises ? chosen : FirstThatFits(trial, catalogue, wanted.Rank);
        return new Result(instead, reason, wanted);
    }

    /// <summary>
    /// In the catalogue's order of trial. A variant that the nodes proved and that has no room here bounds what follows: more privilege than what the
    /// kernels need must not be the way round a limit that tenants may set.
    /// </summary>
    private static Attempt? FirstThatFits(Trial trial, VariantCatalogue catalogue, int below)
    {
        var bound = int.MaxValue;
        foreach (var variant in catalogue.Variants)
        {
            if (!variant.Automatic || variant.Rank >= below) continue;
            // Also those above the bound are tried: whoever asks why shall read what became of them.
            var attempt = trial.Try(variant);
            if (attempt.Fits && variant.Rank < bound) return attempt;
            if (!attempt.Fits && trial.IsProved(variant) && attempt.Reason != Reasons.ModeExcluded) bound = Math.Min(bound, variant.Rank);
        }

        return null;
    }

    private static string Why(string fell) => fell switch
    {
        Reasons.PodSecurity => Reasons.ModeNotAdmitted,
        Reasons.ModeExcluded => Reasons.ModeExcluded,
        Reasons.OpenShift or Reasons.SecretNotMountable or Reasons.LimitRange or Reasons.ResourceQuota or Reasons.PodResources or Reasons.PortTaken or Reasons.VolumeNameTaken or Reasons.AnnotationsTooLarge => fell,
        _ => Reasons.ModeNotProved,
    };
}
