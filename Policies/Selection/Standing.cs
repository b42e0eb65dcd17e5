using Coral.Policies.Variants;

namespace Coral.Policies.Selection;

/// <summary>Fact: a mode that somebody asks for. The namespace's is looked at before the pod's.</summary>
/// <param name="Order">How many are looked at before it.</param>
/// <param name="Variant">What is asked for.</param>
internal sealed record ModeWish(int Order, Variant Variant);

/// <summary>Fact: what would be chosen after so many modes were looked at.</summary>
internal sealed class Standing
{
    private Standing(Trial trial, int step, Attempt? chosen, string? reason, Variant? refused) =>
        (Trial, Step, Chosen, Reason, Refused) = (trial, step, chosen, reason, refused);

    internal Trial Trial { get; }

    /// <summary>How many modes were looked at.</summary>
    internal int Step { get; }

    /// <summary>What is chosen; null where nothing is left.</summary>
    internal Attempt? Chosen { get; }

    /// <summary>Why it stands, or why the last mode doesn't hold; null where no mode has a part in it.</summary>
    internal string? Reason { get; }

    /// <summary>What was asked for and not given, or null.</summary>
    internal Variant? Refused { get; }

    internal bool HasVariant => Chosen is not null;

    /// <summary>Whether all modes were looked at.</summary>
    internal bool IsFinal => HasVariant && Step == Trial.Terms.Settings.Modes;

    internal bool IsRefused => Refused is not null;

    internal bool IsPinned => Chosen?.Pin is not null;

    internal OnMismatch OnMismatch => Trial.Terms.Settings.OnMismatch;

    internal Rollout Rollout => Trial.Terms.Settings.Rollout;

    /// <summary>Whether it is what the pod gets, as far as the rollout goes.</summary>
    internal bool Holds => IsFinal && (!IsRefused || OnMismatch == OnMismatch.Downgrade);

    internal static Standing Found(Tried tried)
    {
        var search = tried.Contender.Search;
        return new(search.Trial, search.Step, tried.Attempt, search.Reason, search.Refused);
    }

    /// <summary>After a mode that asks for what stands.</summary>
    internal Standing Confirmed() => new(Trial, Step + 1, Chosen, Reason ?? Reasons.ModeRequested, Refused);

    /// <summary>After a mode that holds.</summary>
    internal static Standing Given(Tried tried, string reason) => new(tried.Contender.Trial, tried.Contender.Search.Step + 1, tried.Attempt, reason, null);

    /// <summary>After a mode that asks for more and does not hold.</summary>
    internal static Standing Kept(Tried tried, string reason) =>
        new(tried.Contender.Trial, tried.Contender.Search.Step + 1, tried.Contender.Before!.Chosen, reason, tried.Contender.Variant);

    public override string ToString() => Chosen?.Variant.Name ?? "nothing";
}
