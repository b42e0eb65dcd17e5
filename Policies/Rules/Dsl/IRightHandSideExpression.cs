using System.Linq.Expressions;
using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Dsl;

/// <summary>The actions of a rule, in order.</summary>
public interface IRightHandSideExpression
{
    /// <summary>What to do at the given moments.</summary>
    IRightHandSideExpression Action(Expression<Action<IContext>> action, ActionTrigger actionTrigger);

    /// <summary>What to do when the rule fires for a match, the first time or again.</summary>
    IRightHandSideExpression Do(Expression<Action<IContext>> action);

    /// <summary>What to do when a match for which the rule fired is gone.</summary>
    IRightHandSideExpression Undo(Expression<Action<IContext>> action);

    /// <summary>A fact that lasts as long as the match; computed anew when the rule fires again.</summary>
    IRightHandSideExpression Yield<TFact>(Expression<Func<IContext, TFact>> yield);

    /// <summary>The same, with another way to compute it when the rule fires again.</summary>
    IRightHandSideExpression Yield<TFact>(Expression<Func<IContext, TFact>> yieldInsert, Expression<Func<IContext, TFact, TFact>> yieldUpdate);
}
