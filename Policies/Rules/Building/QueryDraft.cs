using System.Linq.Expressions;
using Coral.Policies.Rules.Dsl;
using Coral.Policies.Rules.Running;

namespace Coral.Policies.Rules.Building;

/// <summary>A query while it is stated: where it starts, and its stages.</summary>
internal sealed class QueryDraft
{
    private readonly List<Stage> stages = [];

    /// <summary>The type of the facts that it starts from; null where it starts from a value.</summary>
    internal Type? FactType { get; private set; }

    internal LambdaExpression[] Conditions { get; private set; } = [];

    internal LambdaExpression? Value { get; private set; }

    internal void FromFacts(Type type, LambdaExpression[] conditions)
    {
        FactType = type;
        Conditions = conditions;
    }

    internal void FromValue(LambdaExpression value) => Value = value;

    internal void Add(Stage stage) => stages.Add(stage);

    internal Transform[] Bind(TupleBinder binder) => [.. stages.Select(stage => stage.Bind(binder))];
}

internal sealed class QueryStart(QueryDraft draft) : IQuery
{
    QueryDraft IQuery.Draft => draft;
}

internal class QueryOf<T>(QueryDraft draft) : IQuery<T>
{
    QueryDraft IQuery<T>.Draft => draft;
}

internal class CollectOf<T>(QueryDraft draft) : QueryOf<IEnumerable<T>>(draft), ICollectQuery<T>;

internal sealed class OrderedOf<T>(QueryDraft draft) : CollectOf<T>(draft), IOrderedCollectQuery<T>;
