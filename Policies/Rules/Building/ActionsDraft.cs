using System.Linq.Expressions;
using Coral.Policies.Rules.Dsl;
using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Building;

/// <summary>Collects what <c>Then()</c> says.</summary>
internal sealed class ActionsDraft : IRightHandSideExpression
{
    private const ActionTrigger Fires = ActionTrigger.Activated | ActionTrigger.Reactivated;

    internal List<ActionDraft> Actions { get; } = [];

    public IRightHandSideExpression Action(Expression<Action<IContext>> action, ActionTrigger actionTrigger) => Add(new ActionDraft(actionTrigger, action));

    public IRightHandSideExpression Do(Expression<Action<IContext>> action) => Add(new ActionDraft(Fires, action));

    public IRightHandSideExpression Undo(Expression<Action<IContext>> action) => Add(new ActionDraft(ActionTrigger.Deactivated, action));

    public IRightHandSideExpression Yield<TFact>(Expression<Func<IContext, TFact>> yield) => Add(new ActionDraft(Fires, yield));

    public IRightHandSideExpression Yield<TFact>(Expression<Func<IContext, TFact>> yieldInsert, Expression<Func<IContext, TFact, TFact>> yieldUpdate) =>
        Add(new ActionDraft(Fires, yieldInsert, yieldUpdate));

    private ActionsDraft Add(ActionDraft action)
    {
        Actions.Add(action);
        return this;
    }
}
