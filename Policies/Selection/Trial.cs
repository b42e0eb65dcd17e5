using System.Collections.Immutable;
using Coral.Policies.Fitness;
using Coral.Policies.Injection;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;
using Coral.Policies.Variants;

namespace Coral.Policies.Selection;

/// <summary>
/// Steps 5 to 7 for one pod: tries a variant, once, against the policy, what the nodes proved, the pod's Pod Security verdict with the sidecar in it,
/// and the room that pod and namespace have. Lives for one decision; not thread safe.
/// </summary>
internal sealed class Trial(
    PodView pod, NamespaceFacts scope, ClusterFacts facts, InjectionPolicy? policy, EffectiveLevel level, Floor floor, string? ownKernel, Form form, SidecarFactory factory)
{
    private readonly List<Attempt> attempts = new(4);
    private readonly bool guaranteed = PodResources.IsGuaranteed(pod);
    private readonly ImmutableArray<LimitRangeFacts> limits = facts.LimitRanges.GetValueOrDefault(scope.Name, []);
    private readonly ImmutableArray<QuotaFacts> quotas = facts.Quotas.GetValueOrDefault(scope.Name, []);
    private Verdict? before;

    /// <summary>The verdict on the pod as it came.</summary>
    internal Verdict Before => before ??= level.Level == Level.Privileged ? Verdict.Allow : PodSecurityEvaluator.Evaluate(pod, level.Level, level.Version);

    internal Form Form => form;

    private bool Documented => policy?.Privileges == Privileges.Documented;

    /// <summary>What was tried, in order.</summary>
    internal IReadOnlyList<Attempt> Attempts => attempts;

    /// <summary>Tries a variant, or recalls what came of it.</summary>
    internal Attempt Try(Variant variant)
    {
        foreach (var known in attempts)
        {
            if (ReferenceEquals(known.Variant, variant)) return known;
        }

        var attempt = Run(variant);
        attempts.Add(attempt);
        return attempt;
    }

    private Attempt Run(Variant variant)
    {
        if (policy is { AllowedModes.IsEmpty: false } && !policy.AllowedModes.Contains(variant.Name)) return Fall(variant, Reasons.ModeExcluded, $"policy {policy.Name}");
        if (variant.Requires != Requirement.Nothing && UserRange.Rules(scope) && policy?.RaiseModes.Contains(variant.Name) != true) return Fall(variant, Reasons.OpenShift, null);
        if (!IsProved(variant)) return Fall(variant, ownKernel ?? floor.Reason, floor.SetBy.IsEmpty ? null : string.Join(", ", floor.SetBy));

        var sidecar = factory.Get(new SidecarShape(
            variant,
            form,
            variant.MemlockCapability is not null && (Documented || floor.MemlockMayBeNeeded),
            guaranteed,
            NamesEphemeralStorage(),
            variant.Requires == Requirement.Nothing ? UserRange.First(scope) : null,
            policy?.Variants.GetValueOrDefault(variant.Name)));

        Verdict after;
        if (Documented)
        {
            // The source's own table decides; what Pod Security says of it is audited (row C-1).
            if (level.Level > variant.NominalLevel) return Fall(variant, Reasons.PodSecurity, $"the documented table states {variant.NominalLevel.ToText()}");
            after = After(sidecar);
        }
        else if (level.Level == Level.Privileged)
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
        if (FitnessCheck.CheckSecrets(pod.Spec, scope.Name, sidecar, facts.ServiceAccounts) is { } secret) return Fall(variant, Reasons.SecretNotMountable, secret);
        return FitnessCheck.CheckAmounts(pod.Spec, sidecar, limits, quotas) is { } tight
            ? Fall(variant, tight.Reason, tight.Detail)
            : new Attempt(variant, sidecar, after, null, null);
    }

    /// <summary>Whether the kernels where the pod may land let the variant work.</summary>
    internal bool IsProved(Variant variant) => variant.Requires == Requirement.Nothing || (ownKernel is null && variant.Requires switch
    {
        Requirement.Minimal => floor.ProvesMinimal,
        Requirement.Full => floor.ProvesFull,
        _ => floor.ProvesSomething,
    });

    private Verdict After(Sidecar sidecar) => level.Level == Level.Privileged
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
