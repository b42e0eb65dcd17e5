using Coral.Policies.Rules.Dsl;

namespace Coral.Policies.Rules.Fluent;

/// <summary>Rules by name of their types, so that a trimmed program keeps them: <c>repository.Load(x => x.From(list.Types))</c> with a repository made of this list.</summary>
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
    public IEnumerable<Rule> Activate(Type type) =>
        makers.TryGetValue(type, out var make) ? [make()] : throw new RuleActivationException($"{type.Name} is not on the list of rules", type, null);
}
