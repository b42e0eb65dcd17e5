using Coral.Policies.Rules.Building;

namespace Coral.Policies.Rules.Dsl;

/// <summary>
/// A rule: conditions over facts and what to do for each combination of facts that meets them. One instance is made when rules are loaded,
/// <see cref="Define"/> runs once, and what it said is compiled; no instance lives in a session.
/// </summary>
public abstract class Rule
{
    private RuleDraft? draft;

    /// <summary>States the rule by <see cref="When"/> and <see cref="Then"/>. Variables that serve as aliases are never assigned; only their names count.</summary>
    public abstract void Define();

    /// <summary>Overrides the attribute's name, or the full name of the type. Names should be unique: rules of one priority fire in their order.</summary>
    protected void Name(string value) => Draft.Name = value;

    /// <summary>Overrides the attribute's priority: the larger goes first, 0 by default.</summary>
    protected void Priority(int value) => Draft.Priority = value;

    /// <summary>The conditions.</summary>
    protected ILeftHandSideExpression When() => Draft.When;

    /// <summary>The actions.</summary>
    protected IRightHandSideExpression Then() => Draft.Then;

    /// <summary>What keeps a match off the agenda although its conditions hold.</summary>
    protected IFilterExpression Filter() => Draft.Filter;

    /// <summary>Services that actions, and only actions, use.</summary>
    protected IDependencyExpression Dependency() => Draft.Dependency;

    private RuleDraft Draft => draft ?? throw new InvalidOperationException("A rule is stated inside Define() only");

    internal RuleDefinition Build()
    {
        draft = new RuleDraft(GetType());
        try
        {
            Define();
            return draft.Finish();
        }
        catch (Exception e) when (e is not RuleDefinitionException)
        {
            throw new RuleDefinitionException($"Rule {draft.Name} can't be built: {e.Message}", GetType(), e);
        }
        finally
        {
            draft = null;
        }
    }
}
