using Coral.Policies.Rules.Dsl;

namespace Coral.Policies.Rules.Fluent;

/// <summary>Makes rules of their types.</summary>
public interface IRuleActivator
{
    /// <summary>The rules of a type: one, as a rule.</summary>
    IEnumerable<Rule> Activate(Type type);
}
