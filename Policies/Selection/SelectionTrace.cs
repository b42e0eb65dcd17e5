using System.Collections.Immutable;
using Coral.Policies.Nodes;

namespace Coral.Policies.Selection;

/// <summary>The way that the rules took, in words.</summary>
internal sealed class SelectionTrace
{
    private readonly RuleTrace trace;

    internal SelectionTrace(ISession session) => trace = RuleTrace.Start(session);

    internal ImmutableArray<FiredStep> Fired => [.. trace.Fired.Select(one => new FiredStep(one.Rule.Name, [.. one.Inserted.Select(Say)]))];

    internal ImmutableArray<MissedRule> Missed => [.. trace.NotFired().Select(one => new MissedRule(one.Rule.Name, one.Condition, one.Because))];

    internal static ImmutableArray<RuleSummary> Rules(ISessionFactory factory) =>
        [.. RuleText.Of(factory).Select(rule => new RuleSummary(rule.Name, rule.Priority, rule.When, rule.Yields))];

    private static string Say(object fact) => fact switch
    {
        LevelFound found => $"level {PodSecurity.Levels.ToText(found.Level.Level)} ({found.Level.Origin.ToCode()})",
        Floor floor => $"floor {floor.Reason} over {floor.FeasibleCount}",
        PinTarget pin => $"pinned to {string.Join(", ", pin.Labels)}: floor {pin.Floor.Reason} over {pin.Floor.FeasibleCount}",
        SidecarForm form => $"form {form.Form.ToCode()}",
        ModeWish wish => $"mode {wish.Variant.Name}",
        Contender contender => $"try {contender}",
        Tried tried => tried.ToString(),
        Standing standing => $"choice {standing}",
        Conclusion end => end.Reason is null ? "inject" : $"{end.Outcome.ToCode()} ({end.Reason})",
        Against against => $"against: {against.Reason}",
        Guard guard => $"guard {guard.Reason}",
        Variants.Variant refused => $"instead of {refused.Name}",
        Terms or LevelSources => fact.ToString()!,
        InjectionPolicy policy => $"policy {policy.Name}",
        _ => fact.GetType().Name,
    };
}
