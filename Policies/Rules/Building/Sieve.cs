using System.Linq.Expressions;
using Coral.Policies.Rules.Running;

namespace Coral.Policies.Rules.Building;

/// <summary>Compiles the conditions of many alpha nodes into one method for 64 nodes: a method costs far more to compile than a condition.</summary>
internal static class Sieve
{
    private const int Width = 64;

    /// <summary>Of a fact, the bits of the nodes that it meets, 64 nodes a method.</summary>
    internal static Func<object, ulong>[] Of(AlphaNode[] nodes) => [.. nodes.Chunk(Width).Select(Compile)];

    /// <summary>Whether a fact meets one node: to find the one that throws.</summary>
    internal static bool Passes(AlphaNode node, object fact) => Lambda([node]).Compile(preferInterpretation: true)(fact) != 0;

    private static Func<object, ulong> Compile(AlphaNode[] nodes) => Array.TrueForAll(nodes, node => node.Conditions.Count == 0) ? _ => ulong.MaxValue >> (Width - nodes.Length) : Lambda(nodes).Compile();

    private static Expression<Func<object, ulong>> Lambda(AlphaNode[] nodes)
    {
        var fact = Expression.Parameter(typeof(object), "fact");
        var passed = Expression.Variable(typeof(ulong), "passed");
        var typed = nodes.Select(node => node.Type).Distinct().ToDictionary(type => type, type => Expression.Variable(type));
        List<Expression> steps = [.. typed.Select(one => Expression.Assign(one.Value, Expression.Convert(fact, one.Key)))];
        for (var i = 0; i < nodes.Length; i++)
        {
            var add = Expression.OrAssign(passed, Expression.Constant(1UL << i));
            var own = typed[nodes[i].Type];
            var tests = nodes[i].Conditions.Select(condition => new Renamer(condition.Parameter, own).Visit(condition.Body)).ToList();
            steps.Add(tests.Count == 0 ? add : Expression.IfThen(tests.Aggregate(Expression.AndAlso), add));
        }

        steps.Add(passed);
        return Expression.Lambda<Func<object, ulong>>(Expression.Block([passed, .. typed.Values], steps), fact);
    }
}

/// <summary>Puts one parameter in the place of another.</summary>
internal sealed class Renamer(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
{
    protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
}
