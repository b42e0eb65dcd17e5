using Coral.Policies.Rules.Building;

namespace Coral.Policies.Rules.Dsl;

/// <summary>A query before its source is named.</summary>
public interface IQuery
{
    internal QueryDraft Draft { get; }
}

/// <summary>A query that gives values of this type.</summary>
public interface IQuery<out TSource>
{
    internal QueryDraft Draft { get; }
}

/// <summary>A query that gives one collection, which may still be ordered, narrowed or looked up by a key.</summary>
public interface ICollectQuery<out TElement> : IQuery<IEnumerable<TElement>>;

/// <summary>A query that gives one ordered collection.</summary>
public interface IOrderedCollectQuery<out TElement> : ICollectQuery<TElement>;

/// <summary>A collection with a key for each element.</summary>
public interface IKeyedLookup<TKey, TElement> : ILookup<TKey, TElement>
{
    /// <summary>The keys, in the order of their first elements.</summary>
    IEnumerable<TKey> Keys { get; }
}
