// The one place that says whose rule engine decides. With USE_NRULES the folder Rules/ is not compiled; what it has beyond NRules stands here, as far as
// NRules can give it: no limit of firings, and no word on rules that did not fire.
#if !USE_NRULES
global using Coral.Policies.Rules;
global using Coral.Policies.Rules.Dsl;
global using Coral.Policies.Rules.Explaining;
global using Coral.Policies.Rules.Fluent;
global using Coral.Policies.Rules.RuleModel;
#else
global using Coral.Policies.Rules;
global using NRules;
global using NRules.Fluent;
global using NRules.Fluent.Dsl;
global using NRules.RuleModel;
using System.Collections.Immutable;

namespace Coral.Policies.Rules;

/// <summary>Rules by name of their types, so that a trimmed program keeps them.</summary>
public sealed class RuleList : IRuleActivator
{
    private readonly Dictionary<Type, Func<Rule>> makers = [];

    /// <summary>The types, in the order in which they were added.</summary>
    public Type[] Types => [.. makers.Keys];

    /// <summary>Adds a rule.</summary>
    public RuleList Add<TRule>()
        where TRule : Rule, new()
    {
        makers.Add(typeof(TRule), static () => new TRule());
        return this;
    }

    /// <inheritdoc/>
    public IEnumerable<Rule> Activate(Type type) => [makers[type]()];
}

/// <summary>Which rules fired in a session, in order.</summary>
public sealed class FiredRules
{
    private readonly ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();

    private FiredRules(ISession session) => session.Events.RuleFiredEvent += (_, args) => names.Add(args.Rule.Name);

    /// <summary>How many firings there were.</summary>
    public int Count => names.Count;

    /// <summary>The names of the rules, one a firing.</summary>
    public ImmutableArray<string> Names => names.ToImmutable();

    /// <summary>Of a session, from here on.</summary>
    public static FiredRules Of(ISession session) => new(session);
}

/// <summary>Records what the rules of a session did.</summary>
public sealed class RuleTrace
{
    private readonly List<FiredRule> fired = [];

    private RuleTrace(ISession session) =>
        session.Events.RuleFiredEvent += (_, args) => fired.Add(new FiredRule(args.Rule, args.Match.Trigger, [.. args.Facts.Select(fact => fact.Value)], []));

    /// <summary>Each firing so far, in order.</summary>
    public IEnumerable<FiredRule> Fired => fired;

    /// <summary>Switches the trace on.</summary>
    public static RuleTrace Start(ISession session) => new(session);

    /// <summary>Nothing: NRules does not tell.</summary>
    public IEnumerable<UnfiredRule> NotFired() => [];
}

/// <summary>A firing; what it inserted stays unknown.</summary>
public sealed record FiredRule(IRuleDefinition Rule, MatchTrigger Trigger, ImmutableArray<object?> Facts, ImmutableArray<object> Inserted);

/// <summary>A rule that has not fired.</summary>
public sealed record UnfiredRule(IRuleDefinition Rule, string Condition, string Because);

/// <summary>A compiled rule in words: NRules has none for its conditions.</summary>
public sealed record RuleText(string Name, int Priority, ImmutableArray<string> When, ImmutableArray<string> Yields)
{
    /// <summary>Nothing: a session factory does not tell its rules.</summary>
    public static ImmutableArray<RuleText> Of(ISessionFactory factory) => [];
}
#endif
