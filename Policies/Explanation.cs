using System.Collections.Immutable;

namespace Coral.Policies;

/// <summary>A decision with the way that the rules took to it.</summary>
/// <param name="Decision">What <see cref="DecisionEngine.Decide"/> gives.</param>
/// <param name="Fired">Each rule that fired, in order.</param>
/// <param name="Missed">Each rule that did not, by name.</param>
public sealed record Explanation(Decision Decision, ImmutableArray<FiredStep> Fired, ImmutableArray<MissedRule> Missed);

/// <summary>A rule that fired.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Derived">The facts that it derived, in words.</param>
public sealed record FiredStep(string Rule, ImmutableArray<string> Derived);

/// <summary>A rule that did not fire.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Condition">The first condition that nothing met: <c>LevelSources: IsLabelled is true</c>.</param>
/// <param name="Because">What there is instead, or empty.</param>
public sealed record MissedRule(string Rule, string Condition, string Because);

/// <summary>A rule in words.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Priority">The larger goes first.</param>
/// <param name="When">Its conditions, one text for each way in which it can match.</param>
/// <param name="Yields">The kinds of facts that it derives.</param>
public sealed record RuleSummary(string Name, int Priority, ImmutableArray<string> When, ImmutableArray<string> Yields);
