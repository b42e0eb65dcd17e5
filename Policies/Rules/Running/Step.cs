using System.Collections.Immutable;
using System.Linq.Expressions;
using Coral.Policies.Rules.Building;

namespace Coral.Policies.Rules.Running;

/// <summary>A condition of a branch, in the order in which they are tried.</summary>
internal abstract class Step
{
    /// <summary>The condition as it was stated, for messages.</summary>
    internal string Text => string.Join(" && ", Stated);

    internal required IEnumerable<Expression> Stated { private get; init; }

    /// <summary>Its single parts over the tuple, for explanations.</summary>
    internal ImmutableArray<Expression> Clauses { get; init; } = [];
}

/// <summary>Each fact of an alpha node that passes a test of the tuple.</summary>
internal sealed class MatchStep(AlphaNode alpha, int place, Compiled<Func<Fact[], bool>>? test) : Step
{
    internal AlphaNode Alpha => alpha;

    internal int Place => place;

    internal Compiled<Func<Fact[], bool>>? Test => test;
}

/// <summary>Whether any fact of an alpha node passes a test of the tuple with the fact at the place after its end.</summary>
internal sealed class QuantifierStep(AlphaNode alpha, Quantifier kind, int place, Compiled<Func<Fact[], bool>>? test) : Step
{
    internal AlphaNode Alpha => alpha;

    internal Quantifier Kind => kind;

    internal bool Wanted => kind == Quantifier.Exists;

    internal int Place => place;

    internal Compiled<Func<Fact[], bool>>? Test => test;

    /// <summary>Of <see cref="Quantifier.All"/>: how many clauses at the end are those that all facts must meet.</summary>
    internal int Rest { get; init; }
}

/// <summary>A test of the tuple.</summary>
internal sealed class HavingStep(Compiled<Func<Fact[], bool>> test) : Step
{
    internal Compiled<Func<Fact[], bool>> Test => test;
}

/// <summary>A value computed of the tuple.</summary>
internal sealed class LetStep(int place, Compiled<Func<Fact[], object?>> value) : Step
{
    /// <summary>A computed value does not make a match another one.</summary>
    internal static readonly object SameKey = new();

    internal int Place => place;

    internal Compiled<Func<Fact[], object?>> Value => value;
}

/// <summary>Each result of a query.</summary>
internal sealed class QueryStep(AlphaNode? alpha, Compiled<Func<Fact[], object?>>? value, Compiled<Func<Fact[], bool>>? test, int place, Transform[] stages) : Step
{
    /// <summary>Where it starts from facts.</summary>
    internal AlphaNode? Alpha => alpha;

    /// <summary>Where it starts from a value.</summary>
    internal Compiled<Func<Fact[], object?>>? Value => value;

    internal Compiled<Func<Fact[], bool>>? Test => test;

    internal int Place => place;

    internal Transform[] Stages => stages;
}
