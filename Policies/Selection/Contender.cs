using Coral.Policies.Nodes;
using Coral.Policies.Variants;

namespace Coral.Policies.Selection;

/// <summary>A walk through the variants that may be chosen without being asked for, in the catalogue's order.</summary>
/// <param name="Trial">What has been tried.</param>
/// <param name="Step">How many modes have been looked at before.</param>
/// <param name="Below">Only variants of a lower rank.</param>
/// <param name="Reason">Why the mode before it doesn't hold, or null.</param>
/// <param name="Refused">The variant that was asked for and not given, or null.</param>
internal sealed record Search(Trial Trial, int Step, int Below, string? Reason, Variant? Refused);

/// <summary>Fact: a variant that is looked at.</summary>
internal sealed class Contender
{
    private Contender(Search search, int place, Variant variant, int bound, Standing? before) =>
        (Search, Place, Variant, Bound, Before, Pin) = (search, place, variant, bound, before, search.Trial.PinFor(variant));

    internal Search Search { get; }

    /// <summary>Its place in the catalogue.</summary>
    internal int Place { get; }

    internal Variant Variant { get; }

    /// <summary>Only a variant of a lower rank may be chosen.</summary>
    internal int Bound { get; }

    /// <summary>What stood when a mode asked for this variant; null in a search.</summary>
    internal Standing? Before { get; }

    internal Trial Trial => Search.Trial;

    internal bool IsExcluded => Trial.Excludes(Variant);

    /// <summary>OpenShift's constraints decide over capabilities, and we cannot see them (injectors.md D10).</summary>
    internal bool LacksGrant => Trial.LacksGrant(Variant);

    /// <summary>Whether policy and platform permit it.</summary>
    internal bool IsPermitted => !IsExcluded && !LacksGrant;

    /// <summary>Whether what the nodes proved says anything about this variant in this pod.</summary>
    internal bool MeetsKernel => Variant.Requires == Requirement.Nothing || Trial.Terms.OwnKernel is null;

    internal bool IsProved => Trial.IsProved(Variant);

    /// <summary>Whether nodes to which the pod may be pinned proved it, and all of its nodes together did not.</summary>
    internal bool IsPinnable => Pin is not null;

    internal PinTarget? Pin { get; }

    internal static Contender Asked(Standing standing, Variant variant) =>
        new(new Search(standing.Trial, standing.Step, int.MaxValue, null, null), -1, variant, int.MaxValue, standing);

    /// <summary>The first of a search at or after a place; null where there is none.</summary>
    internal static Contender? In(Search search, int place, int bound)
    {
        var variants = search.Trial.Catalogue.Variants;
        for (; place < variants.Length; place++)
        {
            if (variants[place].Automatic && variants[place].Rank < search.Below) return new Contender(search, place, variants[place], bound, null);
        }

        return null;
    }

    public override string ToString() => Variant.Name;
}

/// <summary>Fact: what came of a contender.</summary>
internal sealed class Tried
{
    internal Tried(Contender contender, Attempt attempt)
    {
        (Contender, Attempt) = (contender, attempt);
        if (IsAsked || Stands) return;
        var bound = contender.Bound;
        if (!attempt.Fits && (contender.IsProved || contender.IsPinnable) && attempt.Reason != Reasons.ModeExcluded) bound = Math.Min(bound, contender.Variant.Rank);
        Next = Contender.In(contender.Search, contender.Place + 1, bound);
    }

    internal Contender Contender { get; }

    internal Attempt Attempt { get; }

    /// <summary>What is looked at next; null where the search ends here.</summary>
    internal Contender? Next { get; }

    internal bool Fits => Attempt.Fits;

    internal bool IsAsked => Contender.Before is not null;

    /// <summary>
    /// Whether the search has found what it looks for. A variant that the nodes proved and that has no room here bounds what follows: more privilege than
    /// what the kernels need must not be the way round a limit that tenants may set.
    /// </summary>
    internal bool Stands => !IsAsked && Fits && Contender.Variant.Rank < Contender.Bound;

    internal bool IsLast => !IsAsked && !Stands && Next is null;

    internal bool GoesOn => Next is not null;

    /// <summary>Whether it gives more privilege than what stood before.</summary>
    internal bool Raises => IsAsked && Contender.Variant.Rank > Contender.Before!.Chosen!.Variant.Rank;

    internal bool IsGranted => Contender.Trial.Terms.Policy?.RaiseModes.Contains(Contender.Variant.Name) == true;

    /// <summary>What is left for a mode that asks for less than what stood and doesn't fit.</summary>
    internal Contender? Below => Contender.In(new Search(Contender.Trial, Contender.Search.Step + 1, Contender.Variant.Rank, WhyNot, Contender.Variant), 0, int.MaxValue);

    internal bool HasBelow => Below is not null;

    /// <summary>Why a mode doesn't hold, of why its variant fell.</summary>
    internal string WhyNot => Attempt.Reason switch
    {
        Reasons.PodSecurity => Reasons.ModeNotAdmitted,
        Reasons.ModeExcluded => Reasons.ModeExcluded,
        Reasons.OpenShift or Reasons.SecretNotMountable or Reasons.LimitRange or Reasons.ResourceQuota or Reasons.PodResources or Reasons.PortTaken or Reasons.VolumeNameTaken or Reasons.AnnotationsTooLarge or Reasons.JobNeedsNative => Attempt.Reason,
        _ => Reasons.ModeNotProved,
    };

    public override string ToString() => $"{Contender}: {Attempt.Reason ?? "fits"}";
}
