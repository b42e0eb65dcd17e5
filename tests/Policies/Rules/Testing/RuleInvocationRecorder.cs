#if !USE_NRULES
namespace Coral.Policies.Rules.Testing;

/// <summary>Remembers firings with the values of their facts at that moment.</summary>
public sealed class RuleInvocationRecorder
{
    private readonly List<Invocation> all = [];

    public IReadOnlyList<Invocation> All => all;

    internal void Add(IMatch match) => all.Add(new Invocation(match.Rule.Name, match.Trigger, [.. match.Facts.Select(fact => fact.Value)]));

    public sealed record Invocation(string Rule, MatchTrigger Trigger, IReadOnlyList<object?> Values);
}
#endif
