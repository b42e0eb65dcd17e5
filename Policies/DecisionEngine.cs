using System.Collections.Immutable;
using System.Text.Json;
using Coral.Policies.Injection;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;
using Coral.Policies.Selection;
using Coral.Policies.Variants;

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

    /// <summary>
    /// Compiles the rules, which otherwise the first decision does: some tens of milliseconds. Another thread may decide meanwhile; it waits.
    /// </summary>
    public static void Prepare()
    {
        var engine = new DecisionEngine();
        var scope = new NamespaceFacts("warm", ImmutableDictionary<string, string>.Empty.Add(Vocabulary.Inject, "true"), ImmutableDictionary<string, string>.Empty);
        var facts = ClusterFacts.Empty with { Namespaces = ImmutableDictionary<string, NamespaceFacts>.Empty.Add(scope.Name, scope) };
        using var pod = JsonDocument.Parse("""{"metadata":{"name":"warm"},"spec":{"containers":[{"name":"app","image":"app"}]}}""");
        engine.Decide(new PodRequest { DecisionId = "warm", Namespace = scope.Name, Pod = pod.RootElement }, facts);
    }

    /// <summary>The rules that choose, by name, in words.</summary>
    public static ImmutableArray<RuleSummary> Rules => SelectionTrace.Rules(SelectionRules.Factory);

    /// <summary>What to do with a pod that is being created (design §3, steps 1 to 7).</summary>
    /// <exception cref="InvalidOperationException">The rules did not come to one conclusion: an error in them.</exception>
    public Decision Decide(PodRequest request, ClusterFacts facts)
    {
        using var selection = new SelectionSession();
        return Answer(selection.Conclude(new Applicant(request, facts, catalogue, factory)), selection.Fired);
    }

    /// <summary>The same decision, with the rules that led to it and, for each other rule, what it lacked. Takes about a hundred times as long.</summary>
    public Explanation Explain(PodRequest request, ClusterFacts facts)
    {
        using var selection = new SelectionSession();
        var trace = selection.Trace();
        var decision = Answer(selection.Conclude(new Applicant(request, facts, catalogue, factory)), selection.Fired);
        return new Explanation(decision, trace.Fired, trace.Missed);
    }

    /// <summary>
    /// Whether a pod that is about to be stored has what its namespace requires: denied only where the namespace says <c>coral.io/required=true</c>,
    /// the pod opted in, and it lacks an intact sidecar. Looks at the pod alone, never at what a decision would be now, because facts may have changed
    /// since the sidecar was added.
    /// </summary>
    public Decision Validate(PodRequest request, ClusterFacts facts)
    {
        var pod = new Applicant(request, facts, catalogue, factory);
        if (!pod.IsPodCreate) return Pass(request);
        if (!pod.IsKnown) return Unknown(request);
        if (pod.Scope.Labels.GetValueOrDefault(Vocabulary.Required) != "true" || pod.IsExcluded || pod.IsMirror || !pod.IsOptedIn) return Pass(request);

        var policy = facts.PolicyIndex.Find(request.Pod, pod.Scope);
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
        if (!facts.Namespaces.TryGetValue(request.Namespace, out var scope)) return null;
        using var selection = new SelectionSession();
        var level = selection.Level(new LevelSources(request, scope, policy: null, facts));
        if (level.Origin == LevelOrigin.Assumed) return null;
        var verdict = PodSecurityEvaluator.Evaluate(new PodView(request.Pod), level.Level, level.Version);
        return verdict.Allowed ? null : verdict.ForbiddenText(level.Asked, most);
    }

    private Decision Answer(Conclusion end, ImmutableArray<string> rules)
    {
        var trial = end.Trial;
        var decision = new Decision
        {
            Id = end.Pod.Request.DecisionId,
            Outcome = end.Outcome,
            Reason = end.Reason ?? "",
            Policy = end.Terms?.Policy?.Name,
            EarlierId = end.Reason == Reasons.AlreadyInjected ? Status.EarlierId(end.Pod.Request.Pod) : null,
            Mode = trial?.Terms.Settings.ModeName ?? Settings.Auto,
            Level = trial?.Level.Level,
            Floor = end.Choice?.Chosen?.Pin?.Floor ?? trial?.Floor,
            Pin = trial?.Outcome(end.Choice?.Chosen),
            Form = end.Choice?.Chosen?.Sidecar?.Shape.Form ?? trial?.Form,
            AuditRequired = trial?.Terms.Policy?.Audit == AuditLevel.Required,
            Before = end.Reason == Reasons.JobNeedsNative ? null : trial?.Before,
            Candidates = trial is null ? [] : Candidates(trial, end.Choice?.Chosen),
            Rules = rules,
        };
        var warnings = end.Warnings;
        if (end.Terms is { } terms) warnings.AddAll(terms.Warnings);
        if (trial is not null) warnings.AddAll(trial.Level.Warnings);
        return end.Choice is { } choice ? Carry(end, choice, decision, warnings) : decision with { Warnings = NoSidecar(decision, warnings) };
    }

    /// <summary>Carries a choice out as far as the rollout goes. What it holds back is computed too, so that the audit shows what the next step would do.</summary>
    private Decision Carry(Conclusion end, Standing choice, Decision decision, WarningList warnings)
    {
        var (request, settings, chosen) = (end.Pod.Request, end.Terms!.Settings, choice.Chosen!);
        var (variant, sidecar) = (chosen.Variant, chosen.Sidecar!);
        var reason = settings.InvalidMode && ReferenceEquals(variant, catalogue.Restricted) ? Reasons.InvalidMode : choice.Reason ?? WhyThis(chosen, end.Trial!);
        if (choice.Refused is { } refused)
            warnings.Add($"mode {refused.Name} is not possible ({choice.Reason}): {Reasons.All[choice.Reason!]}; {variant.Name} is used");

        var status = Status.Write(request.DecisionId, sidecar, reason, decision.Policy, variant.Lacks);
        var untold = warnings;
        if (chosen.Pin is { } pin)
            warnings.Add($"the pod is kept on nodes with {Vocabulary.NodeEbpf} {string.Join(" or ", pin.Labels)}, {pin.Floor.FeasibleCount} of {end.Trial!.Floor.FeasibleCount} (strategy pin of policy {decision.Policy})");
        var (patch, operations) = PodPatch.Inject(request.Pod, sidecar, chosen.Pin?.Labels ?? [], SharesPid(request.Pod, settings, ref warnings), status);
        var injects = end.Outcome == Outcome.Injected;
        decision = decision with
        {
            Reason = end.Reason ?? reason,
            Variant = variant.Name,
            After = chosen.After,
            Template = sidecar.Template,
            Degraded = variant.Lacks,
            Patch = injects ? patch : default,
            PatchOperations = injects ? operations : 0,
            HeldBack = injects ? null : new HeldBack(reason, patch, operations),
            Warnings = warnings.ToArray(),
        };
        if (injects) return decision;

        decision = decision with { Warnings = NoSidecar(decision, untold) };
        if (decision.Reason == Reasons.RolloutObserve) return decision;
        var (note, one) = PodPatch.Annotate(request.Pod, status);
        return decision with { Patch = note, PatchOperations = one };
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

    private string WhyThis(Attempt chosen, Trial trial)
    {
        var level = trial.Level.Level.Level;
        if (trial.IsDocumented && level != Level.Privileged) return Reasons.DocumentedTable;
        if (!ReferenceEquals(chosen.Variant, catalogue.Restricted)) return chosen.Variant.Requires == Requirement.Minimal ? Reasons.ProvedMinimal : Reasons.ProvedFull;
        if (level != Level.Privileged) return level == Level.Baseline ? Reasons.LevelBaseline : Reasons.LevelRestricted;
        return trial.Terms.OwnKernel ?? (trial.Floor.ProvesMinimal || trial.Floor.ProvesFull || trial.Attempts.Any(attempt => attempt.Pin is not null) ? Reasons.StepDown : trial.Floor.Reason);
    }

    private static Decision Unknown(PodRequest request)
    {
        var decision = new Decision { Id = request.DecisionId, Outcome = Outcome.Failed, Reason = Reasons.NamespaceUnknown };
        return decision with { Warnings = NoSidecar(decision, default) };
    }

    private static Decision Pass(PodRequest request) => new() { Id = request.DecisionId, Outcome = Outcome.Skipped, Reason = Reasons.Validated };

    /// <summary>Says in a warning why nothing was added, except where that is what the author asked for or has already.</summary>
    private static ImmutableArray<string> NoSidecar(Decision decision, WarningList warnings)
    {
        if (decision.Outcome != Outcome.Denied && decision.Reason is not (Reasons.NotOptedIn or Reasons.OptedOut or Reasons.AlreadyInjected or Reasons.NotPodCreate or Reasons.MirrorPod))
        {
            var wouldBe = decision.Variant is null ? "" : $"; it would be {decision.Variant}";
            warnings.Add($"no sidecar ({decision.Reason}): {Reasons.All[decision.Reason]}{wouldBe}");
        }

        return warnings.ToArray();
    }
}
