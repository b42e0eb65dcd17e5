using System.Collections.Immutable;
using Coral.Policies.Fitness;
using Coral.Policies.Injection;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;
using Coral.Policies.Variants;

namespace Coral.Policies.Selection;

/// <summary>
/// Steps 6 and 7 for one pod: tries a variant, once, against the pod's Pod Security verdict with the sidecar in it, and the room that pod and namespace have.
/// Recalls what came of each. Lives for one decision; not thread safe.
/// </summary>
internal sealed class Trial(Terms terms, LevelFound found, Floor floor, Form form)
{
    private readonly PodView pod = new(terms.Pod.Request.Pod);
    private readonly NamespaceFacts scope = terms.Pod.Scope;
    private readonly InjectionPolicy? policy = terms.Policy;
    private readonly EffectiveLevel level = found.Level;
    private readonly List<Attempt> attempts = new(4);
    private readonly ImmutableArray<LimitRangeFacts> limits = terms.Pod.Facts.LimitRanges.GetValueOrDefault(terms.Pod.Scope.Name, []);
    private readonly ImmutableArray<QuotaFacts> quotas = terms.Pod.Facts.Quotas.GetValueOrDefault(terms.Pod.Scope.Name, []);
    private Verdict? before;

    internal Terms Terms => terms;

    internal LevelFound Level => found;

    internal Floor Floor => floor;

    internal Form Form => form;

    internal VariantCatalogue Catalogue => terms.Pod.Catalogue;

    internal bool IsDocumented => terms.IsDocumented;

    /// <summary>The verdict on the pod as it came.</summary>
    internal Verdict Before => before ??= level.Level == PodSecurity.Level.Privileged ? Verdict.Allow : PodSecurityEvaluator.Evaluate(pod, level.Level, level.Version);

    /// <summary>What was tried, in order.</summary>
    internal IReadOnlyList<Attempt> Attempts => attempts;

    /// <summary>Why nothing fits: what is said of the least privileged variant, which needs the least.</summary>
    internal string WhyNothing => Recall(Catalogue.Restricted)?.Reason switch
    {
        Reasons.ModeExcluded or null => Reasons.NoVariantAllowed,
        var reason => reason,
    };

    internal bool Excludes(Variant variant) => policy is { AllowedModes.IsEmpty: false } && !policy.AllowedModes.Contains(variant.Name);

    internal bool LacksGrant(Variant variant) => variant.Requires != Requirement.Nothing && UserRange.Rules(scope) && policy?.RaiseModes.Contains(variant.Name) != true;

    /// <summary>Whether the kernels where the pod may land let the variant work.</summary>
    internal bool IsProved(Variant variant) => variant.Requires == Requirement.Nothing || (terms.OwnKernel is null && floor.Proves(variant.Requires));

    /// <summary>The nodes on which the pod has to be kept for the variant to work; null where it works without, or nowhere.</summary>
    internal PinTarget? PinFor(Variant variant) => terms.OwnKernel is not null || IsProved(variant) ? null : terms.Pins?.For(variant.Requires);

    /// <summary>What strategy pin made of the pod that gets what was chosen; null under another strategy.</summary>
    internal Pin? Outcome(Attempt? chosen) =>
        terms.Pins is not { } offer ? null
        : chosen?.Pin is { } pin ? new Pin(PinReason.Pinned) { Labels = pin.Labels }
        : new Pin(offer.Against ?? PinReason.NotNeeded);

    internal Tried Excluded(Contender contender) => Tell(contender, Recall(contender.Variant) ?? Fall(contender.Variant, Reasons.ModeExcluded, $"policy {policy!.Name}"));

    internal Tried Ungranted(Contender contender) => Tell(contender, Recall(contender.Variant) ?? Fall(contender.Variant, Reasons.OpenShift, null));

    internal Tried OnOtherKernel(Contender contender) => Tell(contender, Recall(contender.Variant) ?? Fall(contender.Variant, terms.OwnKernel!, SetBy()));

    internal Tried Unproved(Contender contender) => Tell(contender, Recall(contender.Variant) ?? Fall(contender.Variant, floor.Reason, SetBy()));

    internal Tried OnPod(Contender contender) => Tell(contender, Recall(contender.Variant) ?? Run(contender.Variant, contender.Pin));

    private Attempt? Recall(Variant variant)
    {
        foreach (var known in attempts)
        {
            if (ReferenceEquals(known.Variant, variant)) return known;
        }

        return null;
    }

    private Tried Tell(Contender contender, Attempt attempt)
    {
        if (Recall(contender.Variant) is null) attempts.Add(attempt);
        return new Tried(contender, attempt);
    }

    private string? SetBy() => floor.SetBy.IsEmpty ? null : string.Join(", ", floor.SetBy);

    /// <summary>On the nodes that the pod has to be kept on, which have a floor and a form of their own; null for all of its nodes.</summary>
    private Attempt Run(Variant variant, PinTarget? pin) =>
        pin is null ? Run(variant, floor, form) : Run(variant, pin.Floor, terms.TakesNative(pin.Floor) ? Form.Native : Form.Regular) with { Pin = pin };

    private Attempt Run(Variant variant, Floor floor, Form form)
    {
        if (form == Form.Regular && terms.MustComplete) return Fall(variant, Reasons.JobNeedsNative, null);
        var sidecar = terms.Pod.Sidecars.Get(new SidecarShape(
            variant,
            form,
            variant.MemlockCapability is not null && (IsDocumented || floor.MemlockMayBeNeeded),
            PodResources.IsGuaranteed(pod),
            NamesEphemeralStorage(),
            variant.Requires == Requirement.Nothing ? UserRange.First(scope) : null,
            policy?.Variants.GetValueOrDefault(variant.Name)));

        Verdict after;
        if (IsDocumented)
        {
            // The source's own table decides; what Pod Security says of it is audited (row C-1).
            if (level.Level > variant.NominalLevel) return Fall(variant, Reasons.PodSecurity, $"the documented table states {variant.NominalLevel.ToText()}");
            after = After(sidecar);
        }
        else if (level.Level == PodSecurity.Level.Privileged)
        {
            after = Verdict.Allow;
        }
        else
        {
            var alone = sidecar.Alone(level.Level, level.Version);
            if (!alone.Allowed) return Fall(variant, Reasons.PodSecurity, alone.Violations[0].Check);
            after = After(sidecar);
            if (Worse(after) is { } check) return Fall(variant, Reasons.PodSecurity, check);
        }

        if (FitnessCheck.CheckNames(pod, sidecar) is { } taken) return Fall(variant, taken, null);
        if (FitnessCheck.CheckSecrets(pod.Spec, scope.Name, sidecar, terms.Pod.Facts.ServiceAccounts) is { } secret) return Fall(variant, Reasons.SecretNotMountable, secret);
        return FitnessCheck.CheckAmounts(pod.Spec, sidecar, limits, quotas) is { } tight
            ? Fall(variant, tight.Reason, tight.Detail)
            : new Attempt(variant, sidecar, after, null, null);
    }

    private Verdict After(Sidecar sidecar) => level.Level == PodSecurity.Level.Privileged
        ? Verdict.Allow
        : PodSecurityEvaluator.Evaluate(pod.With(sidecar.Container, sidecar.Kind, sidecar.Volumes), level.Level, level.Version);

    /// <summary>A check that the pod fails with the sidecar and not without, or null. A pod that was refused before stays refused for its own reasons.</summary>
    private string? Worse(Verdict after)
    {
        foreach (var violation in after.Violations)
        {
            if (!Before.Violations.Any(known => known.Check == violation.Check)) return violation.Check;
        }

        return null;
    }

    private bool NamesEphemeralStorage() => !limits.IsEmpty && limits.Any(limit => limit.Bounds.Any(bound => bound.Resource == "ephemeral-storage"));

    private static Attempt Fall(Variant variant, string reason, string? detail) => new(variant, null, null, reason, detail);
}
