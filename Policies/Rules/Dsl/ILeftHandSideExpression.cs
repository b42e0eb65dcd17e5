using System.Linq.Expressions;

namespace Coral.Policies.Rules.Dsl;

/// <summary>
/// The conditions of a rule, in order; a condition may use the aliases that stand before it. The first parts of a condition that use no alias
/// are tested once a fact, whatever else the rule needs.
/// </summary>
public interface ILeftHandSideExpression
{
    /// <summary>Each fact of the type for which all conditions hold, under a name.</summary>
    ILeftHandSideExpression Match<TFact>(Expression<Func<TFact>> alias, params Expression<Func<TFact, bool>>[] conditions);

    /// <summary>Each fact of the type for which all conditions hold.</summary>
    ILeftHandSideExpression Match<TFact>(params Expression<Func<TFact, bool>>[] conditions);

    /// <summary>There is such a fact, however many.</summary>
    ILeftHandSideExpression Exists<TFact>(params Expression<Func<TFact, bool>>[] conditions);

    /// <summary>There is no such fact.</summary>
    ILeftHandSideExpression Not<TFact>(params Expression<Func<TFact, bool>>[] conditions);

    /// <summary>All facts for which the first condition holds meet the others too; also where there is none.</summary>
    ILeftHandSideExpression All<TFact>(Expression<Func<TFact, bool>> baseCondition, params Expression<Func<TFact, bool>>[] conditions);

    /// <summary>All facts of the type meet the condition; also where there is none.</summary>
    ILeftHandSideExpression All<TFact>(Expression<Func<TFact, bool>> condition);

    /// <summary>Each result of a query over facts, under a name.</summary>
    ILeftHandSideExpression Query<TResult>(Expression<Func<TResult>> alias, Func<IQuery, IQuery<TResult>> query);

    /// <summary>All that the group says.</summary>
    ILeftHandSideExpression And(Action<ILeftHandSideExpression> builder);

    /// <summary>Any of what the group says; where two hold, the rule fires for each.</summary>
    ILeftHandSideExpression Or(Action<ILeftHandSideExpression> builder);

    /// <summary>A computed value under a name.</summary>
    ILeftHandSideExpression Let<TResult>(Expression<Func<TResult>> alias, Expression<Func<TResult>> expression);

    /// <summary>Conditions over the names that stand before.</summary>
    ILeftHandSideExpression Having(params Expression<Func<bool>>[] conditions);
}
