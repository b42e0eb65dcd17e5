using System.Linq.Expressions;
using System.Reflection;
using Coral.Policies.Rules.Dsl;
using Coral.Policies.Rules.Fluent;

namespace Coral.Policies.Rules.Building;

/// <summary>A rule while it states itself.</summary>
internal sealed class RuleDraft
{
    private readonly RuleMetadata metadata;
    private readonly ConditionsDraft conditions = new();
    private readonly ActionsDraft actions = new();
    private readonly FilterDraft filter = new();

    internal RuleDraft(Type type)
    {
        metadata = new RuleMetadata(type);
        Name = metadata.Name;
        Priority = metadata.Priority;
    }

    internal string Name { get; set; }

    internal int Priority { get; set; }

    internal ILeftHandSideExpression When => conditions;

    internal IRightHandSideExpression Then => actions;

    internal IFilterExpression Filter => filter;

    internal IDependencyExpression Dependency => filter;

    internal RuleDefinition Finish() =>
        new(Name, metadata.Description, Priority, metadata.Repeatability, [.. metadata.Tags], metadata.RuleType)
        {
            When = conditions.Group,
            Actions = [.. actions.Actions],
            OnChange = [.. filter.Keys],
            Where = [.. filter.Predicates],
            Dependencies = [.. filter.Dependencies],
        };

    /// <summary>The variable that an alias expression captures, as the field that the compiler made of it.</summary>
    internal static FieldInfo AliasOf(LambdaExpression alias) =>
        alias.Body is MemberExpression { Member: FieldInfo field } ? field
        : throw new ArgumentException($"An alias must be a local variable, such as () => pod, and not {alias.Body}");
}

/// <summary>Filters and dependencies of a rule.</summary>
internal sealed class FilterDraft : IFilterExpression, IDependencyExpression
{
    internal List<LambdaExpression> Keys { get; } = [];

    internal List<LambdaExpression> Predicates { get; } = [];

    internal List<FieldInfo> Dependencies { get; } = [];

    public IFilterExpression OnChange(params Expression<Func<object?>>[] keySelectors)
    {
        Keys.AddRange(keySelectors);
        return this;
    }

    public IFilterExpression Where(params Expression<Func<bool>>[] predicates)
    {
        Predicates.AddRange(predicates);
        return this;
    }

    public IDependencyExpression Resolve<TDependency>(Expression<Func<TDependency>> alias)
    {
        Dependencies.Add(RuleDraft.AliasOf(alias));
        return this;
    }
}
