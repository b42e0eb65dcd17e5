using System.Collections.Immutable;
using Coral.Policies.Rules.RuleModel;
using Coral.Policies.Rules.Running;

namespace Coral.Policies.Rules.Explaining;

/// <summary>Records what the rules of a session did, and says why the others did nothing. Not thread safe, like its session.</summary>
public sealed class RuleTrace
{
    private readonly Session session;
    private readonly List<(IRuleDefinition Rule, MatchTrigger Trigger, ImmutableArray<object?> Facts, List<object> Inserted)> fired = [];

    private RuleTrace(Session session) => this.session = session;

    /// <summary>Each firing so far, in order.</summary>
    public IEnumerable<FiredRule> Fired => fired.Select(one => new FiredRule(one.Rule, one.Trigger, one.Facts, [.. one.Inserted]));

    /// <summary>Switches the trace on. A session without one pays nothing for it.</summary>
    public static RuleTrace Start(ISession session) => ((Session)session).Trace = new RuleTrace((Session)session);

    /// <summary>For each rule that has not fired, in the order of their names, what it lacks now. Not to be asked after the session is disposed.</summary>
    public IEnumerable<UnfiredRule> NotFired()
    {
        session.DemandOpen();
        var done = fired.Select(one => one.Rule).ToHashSet();
        return session.Network.Branches
            .GroupBy(branch => branch.Rule)
            .Where(rule => !done.Contains(rule.Key))
            .Select(rule => rule.Select(session.Lacks).MaxBy(lack => lack.Step)!.Of(rule.Key))
            .ToList();
    }

    internal void Firing(Match match) => fired.Add((match.Rule, match.Trigger, Values(match), []));

    private static ImmutableArray<object?> Values(Match match)
    {
        var values = ImmutableArray.CreateBuilder<object?>(match.Branch.Width);
        foreach (var fact in match.Tuple) values.Add(fact.Value);
        return values.MoveToImmutable();
    }

    internal void Inserted(object fact)
    {
        if (fired.Count > 0) fired[^1].Inserted.Add(fact);
    }
}

/// <summary>A firing.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Trigger">Whether the match was new, changed or gone.</param>
/// <param name="Facts">The facts, query results and computed values of the match.</param>
/// <param name="Inserted">What its actions inserted or yielded.</param>
public sealed record FiredRule(IRuleDefinition Rule, MatchTrigger Trigger, ImmutableArray<object?> Facts, ImmutableArray<object> Inserted);

/// <summary>A rule that has not fired.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Condition">The first condition that nothing met, in words: <c>Level: Value is Privileged</c>.</param>
/// <param name="Because">What there is instead, in words: <c>it is Baseline</c>, or <c>there is no Level</c>.</param>
public sealed record UnfiredRule(IRuleDefinition Rule, string Condition, string Because)
{
    /// <summary>Both in one line.</summary>
    public override string ToString() => Because.Length == 0 ? $"{Rule.Name}: {Condition}" : $"{Rule.Name}: {Condition} ({Because})";
}
