using System.Linq.Expressions;
using Coral.Policies.Rules.Dsl;

namespace Coral.Policies.Rules.Building;

/// <summary>Collects what <c>When()</c> says; a group collects into a list of its own.</summary>
internal sealed class ConditionsDraft : ILeftHandSideExpression
{
    internal AllOf Group { get; } = new([]);

    public ILeftHandSideExpression Match<TFact>(Expression<Func<TFact>> alias, params Expression<Func<TFact, bool>>[] conditions) =>
        Add(new FactElement(typeof(TFact), RuleDraft.AliasOf(alias), conditions));

    public ILeftHandSideExpression Match<TFact>(params Expression<Func<TFact, bool>>[] conditions) => Add(new FactElement(typeof(TFact), null, conditions));

    public ILeftHandSideExpression Exists<TFact>(params Expression<Func<TFact, bool>>[] conditions) =>
        Add(new QuantifierElement(Quantifier.Exists, typeof(TFact), conditions, []));

    public ILeftHandSideExpression Not<TFact>(params Expression<Func<TFact, bool>>[] conditions) =>
        Add(new QuantifierElement(Quantifier.Not, typeof(TFact), conditions, []));

    public ILeftHandSideExpression All<TFact>(Expression<Func<TFact, bool>> baseCondition, params Expression<Func<TFact, bool>>[] conditions) =>
        Add(new QuantifierElement(Quantifier.All, typeof(TFact), [baseCondition], conditions));

    public ILeftHandSideExpression All<TFact>(Expression<Func<TFact, bool>> condition) =>
        Add(new QuantifierElement(Quantifier.All, typeof(TFact), [], [condition]));

    public ILeftHandSideExpression Query<TResult>(Expression<Func<TResult>> alias, Func<IQuery, IQuery<TResult>> query)
    {
        var draft = new QueryDraft();
        _ = query(new QueryStart(draft));
        return Add(new QueryElement(RuleDraft.AliasOf(alias), draft));
    }

    public ILeftHandSideExpression And(Action<ILeftHandSideExpression> builder) => Add(GroupOf(builder));

    public ILeftHandSideExpression Or(Action<ILeftHandSideExpression> builder) => Add(new AnyOf(GroupOf(builder).Parts));

    public ILeftHandSideExpression Let<TResult>(Expression<Func<TResult>> alias, Expression<Func<TResult>> expression) =>
        Add(new LetElement(RuleDraft.AliasOf(alias), expression));

    public ILeftHandSideExpression Having(params Expression<Func<bool>>[] conditions) => Add(new HavingElement(conditions));

    private static AllOf GroupOf(Action<ILeftHandSideExpression> builder)
    {
        var group = new ConditionsDraft();
        builder(group);
        return group.Group.Parts.Count > 0 ? group.Group : throw new ArgumentException("A group of conditions must not be empty");
    }

    private ConditionsDraft Add(Element element)
    {
        Group.Parts.Add(element);
        return this;
    }
}
