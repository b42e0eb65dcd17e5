using Coral.Policies.Rules.Extensibility;
using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules;

/// <summary>The matches that will fire, in their order.</summary>
public interface IAgenda
{
    /// <summary>Whether nothing will fire.</summary>
    bool IsEmpty { get; }

    /// <summary>The next one; throws <see cref="InvalidOperationException"/> if there is none.</summary>
    IMatch Peek();

    /// <summary>Takes all off.</summary>
    void Clear();

    /// <summary>Adds a filter for all rules.</summary>
    void AddFilter(IAgendaFilter filter);

    /// <summary>Adds a filter for one rule.</summary>
    void AddFilter(IRuleDefinition definition, IAgendaFilter filter);
}
