using System.Linq.Expressions;

namespace Coral.Policies.Rules.Building;

/// <summary>Takes conditions apart at their <c>&amp;&amp;</c>.</summary>
internal static class Conjuncts
{
    internal static IEnumerable<Conjunct> Of(LambdaExpression condition) => Of(condition.Body).Select(body => new Conjunct(condition.Parameters[0], body));

    internal static IEnumerable<Expression> Of(Expression body) =>
        body is BinaryExpression { NodeType: ExpressionType.AndAlso, Method: null } both ? Of(both.Left).Concat(Of(both.Right)) : [body];

    /// <summary>
    /// Parts that look at the fact alone, and the others. What stands behind a part that needs more than the fact stays there, because it may rely on it:
    /// <c>fact.Index &lt; list.Count &amp;&amp; fact.Ready</c>.
    /// </summary>
    internal static (List<Conjunct> Alone, List<Conjunct> Joined) Split(IEnumerable<LambdaExpression> conditions, TupleBinder binder)
    {
        var (alone, joined) = (new List<Conjunct>(), new List<Conjunct>());
        foreach (var condition in conditions)
        {
            var list = alone;
            foreach (var conjunct in Of(condition))
            {
                if (binder.UsesAlias(conjunct.Body)) list = joined;
                list.Add(conjunct);
            }
        }

        return (alone, joined);
    }

    /// <summary>That not all of the conditions hold, over the parameter of the first.</summary>
    internal static Conjunct NotAll(LambdaExpression[] conditions)
    {
        var parameter = conditions[0].Parameters[0];
        var bodies = conditions.Select(condition => new Renamer(condition.Parameters[0], parameter).Visit(condition.Body));
        return new Conjunct(parameter, Expression.Not(bodies.Aggregate(Expression.AndAlso)));
    }
}
