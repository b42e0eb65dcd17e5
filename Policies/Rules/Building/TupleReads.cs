using System.Linq.Expressions;
using System.Reflection;
using Coral.Policies.Rules.Running;

namespace Coral.Policies.Rules.Building;

/// <summary>How expressions of rules read facts: from a place in a tuple.</summary>
internal static class TupleReads
{
    private static readonly FieldInfo FactValue = (FieldInfo)((MemberExpression)((Expression<Func<Fact, object?>>)(fact => fact.Value)).Body).Member;

    /// <summary>One for all rules, so that parts of expressions can be compiled on their own.</summary>
    internal static readonly ParameterExpression Tuple = Expression.Parameter(typeof(Fact[]), "tuple");

    internal static UnaryExpression At(int place, Type type) =>
        Expression.Convert(Expression.Field(Expression.ArrayIndex(Tuple, Expression.Constant(place)), FactValue), type);

    /// <summary>The place in the tuple that an expression over it reads, or -1.</summary>
    internal static int PlaceOf(Expression expression) =>
        expression is UnaryExpression { NodeType: ExpressionType.Convert, Operand: MemberExpression { Expression: BinaryExpression { Right: ConstantExpression { Value: int place } } read } }
        && read.Left == Tuple ? place : -1;

    /// <summary>
    /// The same where functions inside it hold the facts that they use, and not the tuple: they may run later, when the session uses the tuple for something
    /// else, or another session does.
    /// </summary>
    internal static Expression<T> Freed<T>(Expression<T> lambda)
        where T : Delegate
    {
        var freeing = new Freeing();
        var body = freeing.Visit(lambda.Body);
        if (freeing.Held.Count == 0) return lambda;
        var reads = freeing.Held.Select(one => Expression.Assign(one.Value, At(one.Key, one.Value.Type)));
        return Expression.Lambda<T>(Expression.Block(freeing.Held.Values, [.. reads, body]), lambda.Parameters);
    }

    private sealed class Freeing : ExpressionVisitor
    {
        private int depth;

        internal Dictionary<int, ParameterExpression> Held { get; } = [];

        protected override Expression VisitLambda<T>(Expression<T> node)
        {
            depth++;
            var visited = base.VisitLambda(node);
            depth--;
            return visited;
        }

        protected override Expression VisitUnary(UnaryExpression node)
        {
            if (depth == 0 || PlaceOf(node) is not (>= 0 and var place)) return base.VisitUnary(node);
            if (!Held.TryGetValue(place, out var held)) Held.Add(place, held = Expression.Variable(node.Type));
            return held;
        }
    }
}
