using System.Linq.Expressions;

namespace Coral.Policies.Rules.Dsl;

/// <summary>What lets a match onto the agenda: every <see cref="Where"/>, and any <see cref="OnChange"/> if there is one.</summary>
public interface IFilterExpression
{
    /// <summary>For a match that fired before: only if one of the keys differs from the last firing.</summary>
    IFilterExpression OnChange(params Expression<Func<object?>>[] keySelectors);

    /// <summary>Only where all of these hold.</summary>
    IFilterExpression Where(params Expression<Func<bool>>[] predicates);
}

/// <summary>Services of a rule's actions.</summary>
public interface IDependencyExpression
{
    /// <summary>A service that the session's resolver gives when the rule fires, under a name.</summary>
    IDependencyExpression Resolve<TDependency>(Expression<Func<TDependency>> alias);
}
