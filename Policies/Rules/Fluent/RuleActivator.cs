using System.Diagnostics.CodeAnalysis;
using Coral.Policies.Rules.Dsl;

namespace Coral.Policies.Rules.Fluent;

/// <summary>Makes rules by their parameterless constructors, which a trimmed program may lack: there use <see cref="RuleList"/>.</summary>
[RequiresUnreferencedCode("The constructors of rules are found by reflection; use RuleList in a trimmed program")]
public sealed class RuleActivator : IRuleActivator
{
    /// <inheritdoc/>
    public IEnumerable<Rule> Activate(Type type)
    {
        yield return (Rule)Activator.CreateInstance(type, nonPublic: true)!;
    }
}
