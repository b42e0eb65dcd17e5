using System.Linq.Expressions;
using System.Reflection;
using Coral.Policies.Rules.RuleModel;
using Coral.Policies.Rules.Running;

namespace Coral.Policies.Rules.Building;

/// <summary>
/// Turns the expressions of a rule into delegates over a tuple of facts: an alias becomes a place in the tuple. No type or member is looked up by name and
/// each delegate type is known at build time, so that trimming keeps all that expressions need.
/// </summary>
internal sealed class TupleBinder(IReadOnlyCollection<FieldInfo> dependencies)
{
    private readonly IReadOnlyCollection<FieldInfo> dependencies = dependencies;
    private static readonly MethodInfo Resolve = ((MethodCallExpression)((Expression<Func<IContext, object>>)(context => context.Resolve(context.GetType()))).Body).Method;

    private static ParameterExpression Tuple => TupleReads.Tuple;

    private readonly Dictionary<FieldInfo, int> places = [];

    /// <summary>Gives a variable its place in the tuple; from here on expressions may use it.</summary>
    internal void Declare(FieldInfo alias, int place)
    {
        if (!places.TryAdd(alias, place)) throw new ArgumentException($"The name {alias.Name} is used twice in one rule");
    }

    /// <summary>Whether an expression needs more than its own fact.</summary>
    internal bool UsesAlias(Expression expression)
    {
        var finder = new Rewriter(this, null, null);
        finder.Visit(expression);
        return finder.Replaced;
    }

    /// <summary>An expression over the fact at <paramref name="place"/> and those before it.</summary>
    internal Expression OverTuple(Conjunct conjunct, int place) =>
        new Rewriter(this, new() { [conjunct.Parameter] = TupleReads.At(place, conjunct.Parameter.Type) }, null).Visit(conjunct.Body);

    internal Compiled<Func<Fact[], bool>>? Test(IReadOnlyList<Conjunct> conjuncts, int place) =>
        conjuncts.Count == 0 ? null : Compile(Expression.Lambda<Func<Fact[], bool>>(All(conjuncts.Select(conjunct => OverTuple(conjunct, place))), Tuple));

    /// <summary>Parts over the tuple, for explanations: made at once, run once.</summary>
    internal static Func<Fact[], bool> TestOf(Expression overTuple) => Expression.Lambda<Func<Fact[], bool>>(overTuple, Tuple).Compile(preferInterpretation: true);

    internal static Func<Fact[], object?> ValueOf(Expression overTuple) =>
        Expression.Lambda<Func<Fact[], object?>>(Expression.Convert(overTuple, typeof(object)), Tuple).Compile(preferInterpretation: true);

    /// <summary>A condition or a value over the tuple.</summary>
    internal Compiled<Func<Fact[], bool>> Test(LambdaExpression condition) => Compile(Expression.Lambda<Func<Fact[], bool>>(Bind(condition), Tuple));

    internal Compiled<Func<Fact[], object?>> Value(LambdaExpression value) =>
        Compile(Expression.Lambda<Func<Fact[], object?>>(Expression.Convert(Bind(value), typeof(object)), Tuple));

    internal Compiled<Func<Fact[], T, TResult>> Map<T, TResult>(Expression<Func<T, TResult>> map) =>
        Compile(Expression.Lambda<Func<Fact[], T, TResult>>(Bind(map), Tuple, map.Parameters[0]));

    internal Compiled<Action<IContext, Fact[]>> Action(LambdaExpression action) =>
        Compile(Expression.Lambda<Action<IContext, Fact[]>>(Bind(action, action.Parameters[0]), action.Parameters[0], Tuple));

    internal Compiled<Func<IContext, Fact[], object?>> Yield(LambdaExpression yield) =>
        Compile(Expression.Lambda<Func<IContext, Fact[], object?>>(Expression.Convert(Bind(yield, yield.Parameters[0]), typeof(object)), yield.Parameters[0], Tuple));

    internal Compiled<Func<IContext, Fact[], object?, object?>> Again(LambdaExpression again)
    {
        var old = Expression.Parameter(typeof(object), "old");
        var body = new Rewriter(this, new() { [again.Parameters[1]] = Expression.Convert(old, again.Parameters[1].Type) }, again.Parameters[0]).Visit(again.Body);
        return Compile(Expression.Lambda<Func<IContext, Fact[], object?, object?>>(Expression.Convert(body, typeof(object)), again.Parameters[0], Tuple, old));
    }

    private static Expression All(IEnumerable<Expression> tests) => tests.Aggregate(Expression.AndAlso);

    private Expression Bind(LambdaExpression lambda, ParameterExpression? context = null) => new Rewriter(this, null, context).Visit(lambda.Body);

    private static Compiled<T> Compile<T>(Expression<T> lambda)
        where T : Delegate => new(lambda);

    private sealed class Rewriter(TupleBinder binder, Dictionary<ParameterExpression, Expression>? parameters, ParameterExpression? context) : ExpressionVisitor
    {
        internal bool Replaced { get; private set; }

        protected override Expression VisitParameter(ParameterExpression node) => parameters?.GetValueOrDefault(node) ?? node;

        protected override Expression VisitMember(MemberExpression node)
        {
            if (node.Member is not FieldInfo field) return base.VisitMember(node);
            if (binder.places.TryGetValue(field, out var place))
            {
                Replaced = true;
                return TupleReads.At(place, field.FieldType);
            }

            if (!binder.dependencies.Contains(field)) return base.VisitMember(node);
            return context is null
                ? throw new ArgumentException($"{field.Name} is a dependency: actions may use it, conditions and filters may not")
                : Expression.Convert(Expression.Call(context, Resolve, Expression.Constant(field.FieldType, typeof(Type))), field.FieldType);
        }
    }
}

/// <summary>A part of a condition, which holds only if all parts do.</summary>
internal readonly record struct Conjunct(ParameterExpression Parameter, Expression Body);
