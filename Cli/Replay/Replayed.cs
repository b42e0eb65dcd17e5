using Coral.Audit.Search;
using Coral.Policies;
using Coral.Policies.Recording;

namespace Coral.Cli.Replay;

/// <summary>One recorded decision and what comes of it now: either <see cref="After"/> or <see cref="Obstacle"/>.</summary>
internal sealed record Replayed(AuditRecord Record, bool DryRun, Ending? Before, Ending? After, ReplayObstacle? Obstacle)
{
    internal string Id => Record.DecisionId ?? Record.DocumentId;

    /// <summary>Namespace and pod; a star stands for what the API server adds to a beginning of a name.</summary>
    internal string Pod
    {
        get
        {
            var star = Record.Name is { } name && Record.Document.Get("coral"u8).Get("pod"u8).Text("generate_name"u8) == name ? "*" : "";
            return $"{Record.Namespace ?? "-"}/{Record.Name ?? "-"}{star}";
        }
    }

    internal IReadOnlyList<string> Differences => Before is null || After is null ? [] : Before.Differences(After);

    /// <summary>Decides anew. Without policies (null) only what no policy had a say in can be decided on again.</summary>
    /// <param name="record">The document.</param>
    /// <param name="engine">One for all documents.</param>
    /// <param name="policies">Facts that hold nothing but policies, one instance for all documents.</param>
    internal static Replayed Make(AuditRecord record, DecisionEngine engine, ClusterFacts? policies)
    {
        var coral = record.Document.Get("coral"u8);
        var before = Ending.Of(record.Document);
        var known = new Replayed(record, coral.Get("admission"u8).IsTrue("dry_run"u8), before, null, null);
        if (ObstacleOf(record, before) is { } none) return known with { Obstacle = none };
        if (policies is null && before!.Policy is { } applied) return known with { Obstacle = Obstacles.NeedsPolicies(applied) };
        if (!ReplayScene.TryRead(coral.Get("request"u8), record.DecisionId!, policies ?? ClusterFacts.Empty, out var scene, out var obstacle)) return known with { Obstacle = obstacle };
        var decided = scene.TryDecide(engine, out var decision, out obstacle);
        if (policies is null && before!.Reason == Reasons.ExcludedNamespace && decision?.Reason != before.Reason) return known with { Obstacle = Obstacles.NeedsPolicies("the one that excludes the namespace") };
        return decided ? known with { After = Ending.Of(decision!) } : known with { Obstacle = obstacle };
    }

    private static ReplayObstacle? ObstacleOf(AuditRecord record, Ending? before)
    {
        if (record.Action == "admission-validate") return Obstacles.Validation;
        if (before is null || record.DecisionId is null) return Obstacles.NoDecision;
        if (before.Reason is Reasons.FactsNotReady or Reasons.InternalError) return Obstacles.Failed(before);
        var coral = record.Document.Get("coral"u8);
        if (coral.Has("request"u8)) return null;
        return coral.Items("omitted"u8).Any(part => part.AsText() == "request") ? Obstacles.TooLarge : Obstacles.NotRecorded;
    }
}
