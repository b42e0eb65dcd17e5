using System.Collections.Immutable;
using System.Linq.Expressions;
using System.Reflection;
using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Building;

/// <summary>A rule as it was stated, before it is compiled.</summary>
internal sealed record RuleDefinition(string Name, string Description, int Priority, RuleRepeatability Repeatability, ImmutableArray<string> Tags, Type RuleType) : IRuleDefinition
{
    IEnumerable<string> IRuleDefinition.Tags => Tags;

    internal required AllOf When { get; init; }

    internal required ImmutableArray<ActionDraft> Actions { get; init; }

    internal required ImmutableArray<LambdaExpression> OnChange { get; init; }

    internal required ImmutableArray<LambdaExpression> Where { get; init; }

    internal required ImmutableArray<FieldInfo> Dependencies { get; init; }

    public bool Equals(RuleDefinition? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

/// <summary>An action: a plain one, or one that yields a fact under a key of its own.</summary>
internal sealed record ActionDraft(ActionTrigger Trigger, LambdaExpression Do, LambdaExpression? Again = null)
{
    internal bool Yields => Do.ReturnType != typeof(void);
}

/// <summary>A part of the conditions.</summary>
internal abstract record Element;

internal sealed record AllOf(List<Element> Parts) : Element;

internal sealed record AnyOf(List<Element> Parts) : Element;

internal sealed record FactElement(Type Type, FieldInfo? Alias, LambdaExpression[] Conditions) : Element;

internal enum Quantifier
{
    Exists,
    Not,

    /// <summary>No fact meets <see cref="QuantifierElement.Conditions"/> and fails the rest.</summary>
    All,
}

internal sealed record QuantifierElement(Quantifier Kind, Type Type, LambdaExpression[] Conditions, LambdaExpression[] Rest) : Element;

internal sealed record LetElement(FieldInfo Alias, LambdaExpression Value) : Element;

internal sealed record HavingElement(LambdaExpression[] Conditions) : Element;

internal sealed record QueryElement(FieldInfo Alias, QueryDraft Query) : Element;
