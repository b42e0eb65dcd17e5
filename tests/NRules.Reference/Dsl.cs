using System.Linq.Expressions;
using NRules.RuleModel;

namespace NRules.Fluent.Dsl;

[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NameAttribute(string value) : Attribute;

[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DescriptionAttribute(string value) : Attribute;

[AttributeUsage(AttributeTargets.Class)]
public sealed class PriorityAttribute(int value) : Attribute;

[AttributeUsage(AttributeTargets.Class)]
public sealed class RepeatabilityAttribute(RuleRepeatability value) : Attribute;

[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class TagAttribute(string value) : Attribute;

public abstract class Rule
{
    public abstract void Define();

    protected void Name(string value) => throw null!;

    protected void Priority(int value) => throw null!;

    protected ILeftHandSideExpression When() => throw null!;

    protected IRightHandSideExpression Then() => throw null!;

    protected IFilterExpression Filter() => throw null!;

    protected IDependencyExpression Dependency() => throw null!;
}

public interface ILeftHandSideExpression
{
    ILeftHandSideExpression Match<TFact>(Expression<Func<TFact>> alias, params Expression<Func<TFact, bool>>[] conditions);

    ILeftHandSideExpression Match<TFact>(params Expression<Func<TFact, bool>>[] conditions);

    ILeftHandSideExpression Exists<TFact>(params Expression<Func<TFact, bool>>[] conditions);

    ILeftHandSideExpression Not<TFact>(params Expression<Func<TFact, bool>>[] conditions);

    ILeftHandSideExpression All<TFact>(Expression<Func<TFact, bool>> baseCondition, params Expression<Func<TFact, bool>>[] conditions);

    ILeftHandSideExpression All<TFact>(Expression<Func<TFact, bool>> condition);

    ILeftHandSideExpression Query<TResult>(Expression<Func<TResult>> alias, Func<IQuery, IQuery<TResult>> queryAction);

    ILeftHandSideExpression And(Action<ILeftHandSideExpression> builderAction);

    ILeftHandSideExpression Or(Action<ILeftHandSideExpression> builderAction);

    ILeftHandSideExpression Let<TResult>(Expression<Func<TResult>> alias, Expression<Func<TResult>> expression);

    ILeftHandSideExpression Having(params Expression<Func<bool>>[] conditions);
}

public interface IRightHandSideExpression
{
    IRightHandSideExpression Action(Expression<Action<IContext>> action, ActionTrigger actionTrigger);

    IRightHandSideExpression Do(Expression<Action<IContext>> action);

    IRightHandSideExpression Undo(Expression<Action<IContext>> action);

    IRightHandSideExpression Yield<TFact>(Expression<Func<IContext, TFact>> yield);

    IRightHandSideExpression Yield<TFact>(Expression<Func<IContext, TFact>> yieldInsert, Expression<Func<IContext, TFact, TFact>> yieldUpdate);
}

public interface IFilterExpression
{
    IFilterExpression OnChange(params Expression<Func<object?>>[] keySelectors);

    IFilterExpression Where(params Expression<Func<bool>>[] predicates);
}

public interface IDependencyExpression
{
    IDependencyExpression Resolve<TDependency>(Expression<Func<TDependency>> alias);
}

public static class ContextExtensions
{
    public static void Update<T>(this IContext context, T fact, Action<T> updateAction)
        where T : notnull => throw null!;
}
