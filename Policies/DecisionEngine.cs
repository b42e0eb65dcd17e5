using System.Collections.Immutable;
using System.Text.Json;
using Coral.Policies.Injection;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;
using Coral.Policies.Selection;
using Coral.Policies.Variants;
using Rule = Coral.Policies.Selection.Rule;

namespace Coral.Policies;

/// <summary>
/// The decision on a pod: one pure function of the request and the facts, behind webhook, CLI, replay and tests alike. No clock, no I/O.
/// Any number of threads may share one engine.
/// </summary>
public sealed class DecisionEngine(VariantCatalogue catalogue)
{
    private readonly SidecarFactory factory = new();

    /// <summary>Decides on the variants that are shipped.</summary>
    public DecisionEngine()
        : this(VariantCatalogue.Shipped)
    {
    }

    /// <summary>The variants and features that it chooses from.</summary>
    public VariantCatalogue Catalogue => catalogue;

    /// <summary>What to do with a pod that is being created (design §3, steps 1 to 7).</summary>
    public Decision Decide(PodRequest request, ClusterFacts facts)
    {
        var warnings = default(WarningList);
        var known = facts.Namespaces.TryGetValue(request.Namespace, out var scope);
        if (Guards.Check(request, facts) is { } guard) return Guarded(request, scope, guard);
        if (!known) return Unknown(request);

        if (OptIn.Check(request.Pod, scope!, ref warnings) is { } against) return Skip(request, against, ref warnings);
        var policy = facts.PolicyIndex.Find(request.Pod, scope!);
        switch (IntactSidecar.Look(request.Pod, catalogue, policy))
        {
            case Present.Intact:
                return Skip(request, Reasons.AlreadyInjected, ref warnings) with { Policy = policy?.Name, EarlierId = Status.EarlierId(request.Pod) };
            case Present.Foreign:
                return Skip(request, Reasons.ContainerNameTaken, ref warnings) with { Policy = policy?.Name };
            default:
                return Choose(request, facts, scope!, policy, ref warnings);
        }
    }

    /// <summary>
    /// Whether a pod that is about to be stored has what its namespace requires: denied only where the namespace says <c>coral.io/required=true</c>,
    /// the pod opted in, and it lacks an intact sidecar. Looks at the pod alone, never at what a decision would be now, because facts may have changed
    /// since the sidecar was added.
    /// </summary>
    public Decision Validate(PodRequest request, ClusterFacts facts)
    {
        var silent = default(WarningList);
        if (request.Operation != "CREATE" || request.Resource != "pods" || request.SubResource.Length > 0 || request.Pod.ValueKind != JsonValueKind.Object)
            return Pass(request);
        if (!facts.Namespaces.TryGetValue(request.Namespace, out var scope)) return Unknown(request);
        if (scope.Labels.GetValueOrDefault(Vocabulary.Required) != "true" || Guards.IsExcluded(request.Namespace, facts)) return Pass(request);
        if (Guards.Check(request, facts) == Reasons.MirrorPod || OptIn.Check(request.Pod, scope, ref silent) is not null) return Pass(request);

        var policy = facts.PolicyIndex.Find(request.Pod, scope);
        return IntactSidecar.Look(request.Pod, catalogue, policy) == Present.Intact
            ? Pass(request) with { Policy = policy?.Name, EarlierId = Status.EarlierId(request.Pod) }
            : new Decision { Id = request.DecisionId, Outcome = Outcome.Denied, Reason = Reasons.SidecarRequired, Policy = policy?.Name };
    }

    /// <summary>
    /// Why Pod Security will refuse the pod itself, sidecar or not, as the API server words it; null where it will not, or where no label, configuration
    /// or probe says what is enforced. Without the names of containers where the text would be longer than <paramref name="most"/> characters.
    /// </summary>
    public static string? Refusal(PodRequest request, ClusterFacts facts, int most = int.MaxValue)
    {
        var silent = default(WarningList);
        if (!facts.Namespaces.TryGetValue(request.Namespace, out var scope)) return null;
        var level = LevelSelection.Choose(request, scope, policy: null, facts, ref silent);
        if (level.Origin == LevelOrigin.Assumed) return null;
        var verdict = PodSecurityEvaluator.Evaluate(new PodView(request.Pod), level.Level, level.Version);
        return verdict.Allowed ? null : verdict.ForbiddenText(level.Asked, most);
    }

    private Decision Choose(PodRequest request, ClusterFacts facts, NamespaceFacts scope, InjectionPolicy? policy, ref WarningList warnings)
    {
        var pod = new PodView(request.Pod);
        var settings = Settings.Read(request.Pod, scope, policy, catalogue, ref warnings);
        var level = LevelSelection.Choose(request, scope, policy, facts, ref warnings);
        var floor = facts.Nodes.FloorFor(pod.Spec, Extra(pod.Spec, facts), policy?.Strategy ?? Strategy.Common);
        var form = FormSelection.Choose(floor, facts.ServerVersion, policy?.NativeSidecar ?? NativeSidecar.Auto);
        var draft = new Decision
        {
            Id = request.DecisionId,
            Outcome = Outcome.Skipped,
            Reason = Reasons.NoVariantAllowed,
            Mode = settings.ModeName,
            Level = level,
            Floor = floor,
            Policy = policy?.Name,
            AuditRequired = policy?.Audit == AuditLevel.Required,
        };
        if (form == Form.Regular && FormSelection.MustComplete(request.Pod))
            return End(draft with { Reason = Reasons.JobNeedsNative, Form = form }, ref warnings);

        var ownKernel = RuntimeKernel.Check(pod.Spec, facts);
        var trial = new Trial(pod, scope, facts, policy, level, floor, ownKernel, form, factory);
        var choice = ModeChoice.Choose(settings, trial, catalogue, policy);
        draft = draft with { Before = trial.Before, Candidates = Candidates(trial, choice.Chosen), Form = form };
        if (choice.Chosen is not { } chosen) return End(draft with { Reason = WhyNothing(trial) }, ref warnings);

        if (choice.Refused is { } refused)
        {
            if (settings.OnMismatch != OnMismatch.Downgrade)
            {
                var outcome = settings.OnMismatch == OnMismatch.Deny ? Outcome.Denied : Outcome.Skipped;
                return End(draft with { Outcome = outcome, Reason = choice.Reason!, Rules = [Rule.MismatchEnds], Candidates = Candidates(trial, null) }, ref warnings);
            }

            warnings.Add($"mode {refused.Name} is not possible ({choice.Reason}): {Reasons.All[choice.Reason!]}; {chosen.Variant.Name} is used");
        }

        var sidecar = chosen.Sidecar!;
        var reason = settings.InvalidMode && ReferenceEquals(chosen.Variant, catalogue.Restricted) ? Reasons.InvalidMode : choice.Reason ?? WhyThis(chosen, level, floor, ownKernel, policy);
        return Carry(
            request,
            draft with
            {
                Outcome = Outcome.Injected,
                Reason = reason,
                Variant = chosen.Variant.Name,
                After = chosen.After,
                Template = sidecar.Template,
                Degraded = chosen.Variant.Lacks,
                Rules = Rule.Fired(level, floor, choice, form, settings, policy),
            },
            sidecar,
            settings,
            ref warnings);
    }

    /// <summary>Carries a choice out as far as the rollout goes.</summary>
    private static Decision Carry(PodRequest request, Decision decision, Sidecar sidecar, Settings settings, ref WarningList warnings)
    {
        if (settings.Rollout == Rollout.Observe)
            return End(decision with { Outcome = Outcome.Skipped, Reason = Reasons.RolloutObserve }, ref warnings);

        var status = Status.Write(request.DecisionId, sidecar, decision.Reason, decision.Policy, decision.Degraded);
        if (settings.Rollout == Rollout.Annotate)
        {
            var (note, one) = PodPatch.Annotate(request.Pod, status);
            return End(decision with { Outcome = Outcome.Skipped, Reason = Reasons.RolloutAnnotate, Patch = note, PatchOperations = one }, ref warnings);
        }

        var (patch, operations) = PodPatch.Inject(request.Pod, sidecar, SharesPid(request.Pod, settings, ref warnings), status);
        return decision with { Patch = patch, PatchOperations = operations, Warnings = warnings.ToArray() };
    }

    /// <summary>An explicit value of the pod is never overwritten (row C-46).</summary>
    private static bool SharesPid(JsonElement pod, Settings settings, ref WarningList warnings)
    {
        if (!settings.SharePid) return false;
        var now = pod.Get("spec"u8).Get("shareProcessNamespace"u8);
        if (now.ValueKind == JsonValueKind.False) warnings.Add($"the pod says shareProcessNamespace: false, so {Vocabulary.SharePid} has no effect");
        return now.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
    }

    /// <summary>What the pod's runtime class says of where it may land.</summary>
    internal static Scheduling Extra(JsonElement spec, ClusterFacts facts) =>
        spec.Text("runtimeClassName"u8) is { Length: > 0 } name && facts.RuntimeClasses.TryGetValue(name, out var found)
            ? new Scheduling(found.NodeSelector, found.Tolerations)
            : default;

    private static ImmutableArray<Candidate> Candidates(Trial trial, Attempt? chosen)
    {
        var candidates = ImmutableArray.CreateBuilder<Candidate>(trial.Attempts.Count);
        foreach (var attempt in trial.Attempts) candidates.Add(attempt.ToCandidate(ReferenceEquals(attempt, chosen)));
        return candidates.MoveToImmutable();
    }

    /// <summary>Why nothing fits: what is said of the least privileged variant, which needs the least.</summary>
    private string WhyNothing(Trial trial) => trial.Try(catalogue.Restricted).Reason switch
    {
        Reasons.ModeExcluded or null => Reasons.NoVariantAllowed,
        var reason => reason,
    };

    private string WhyThis(Attempt chosen, EffectiveLevel level, Floor floor, string? ownKernel, InjectionPolicy? policy)
    {
        if (policy?.Privileges == Privileges.Documented && level.Level != Level.Privileged) return Reasons.DocumentedTable;
        if (!ReferenceEquals(chosen.Variant, catalogue.Restricted)) return chosen.Variant.Requires == Requirement.Minimal ? Reasons.ProvedMinimal : Reasons.ProvedFull;
        if (level.Level != Level.Privileged) return level.Level == Level.Baseline ? Reasons.LevelBaseline : Reasons.LevelRestricted;
        return ownKernel ?? (floor.ProvesMinimal || floor.ProvesFull ? Reasons.StepDown : floor.Reason);
    }

    private static Decision Guarded(PodRequest request, NamespaceFacts? scope, string guard)
    {
        var warnings = default(WarningList);
        var ignored = default(WarningList);
        if (guard is Reasons.NotPodCreate or Reasons.MirrorPod) return new Decision { Id = request.DecisionId, Outcome = Outcome.Skipped, Reason = guard };
        // Whoever did not opt in needs no explanation why nothing happened.
        var against = OptIn.Check(request.Pod, scope ?? new NamespaceFacts(request.Namespace, ImmutableDictionary<string, string>.Empty, ImmutableDictionary<string, string>.Empty), ref ignored);
        if (against is Reasons.NotOptedIn or Reasons.OptedOut) return new Decision { Id = request.DecisionId, Outcome = Outcome.Skipped, Reason = against };
        return Skip(request, guard, ref warnings);
    }

    private static Decision Unknown(PodRequest request)
    {
        var warnings = default(WarningList);
        return End(new Decision { Id = request.DecisionId, Outcome = Outcome.Failed, Reason = Reasons.NamespaceUnknown }, ref warnings);
    }

    private static Decision Pass(PodRequest request) => new() { Id = request.DecisionId, Outcome = Outcome.Skipped, Reason = Reasons.Validated };

    private static Decision Skip(PodRequest request, string reason, ref WarningList warnings) =>
        End(new Decision { Id = request.DecisionId, Outcome = Outcome.Skipped, Reason = reason }, ref warnings);

    /// <summary>Says in a warning why nothing was added, except where that is what the author asked for or has already.</summary>
    private static Decision End(Decision decision, ref WarningList warnings)
    {
        if (decision.Outcome != Outcome.Denied && decision.Reason is not (Reasons.NotOptedIn or Reasons.OptedOut or Reasons.AlreadyInjected))
        {
            var wouldBe = decision.Variant is null ? "" : $"; it would be {decision.Variant}";
            warnings.Add($"no sidecar ({decision.Reason}): {Reasons.All[decision.Reason]}{wouldBe}");
        }

        return decision with { Warnings = warnings.ToArray() };
    }
}
