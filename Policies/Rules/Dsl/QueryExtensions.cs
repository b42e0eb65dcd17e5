using System.Linq.Expressions;
using Coral.Policies.Rules.Building;

namespace Coral.Policies.Rules.Dsl;

/// <summary>What a query is made of. A result stays the same result, for refraction, as long as its source fact, its key or its collection does.</summary>
public static class QueryExtensions
{
    /// <summary>From facts of the session for which all conditions hold.</summary>
    public static IQuery<TFact> Match<TFact>(this IQuery query, params Expression<Func<TFact, bool>>[] conditions)
    {
        query.Draft.FromFacts(typeof(TFact), conditions);
        return new QueryOf<TFact>(query.Draft);
    }

    /// <summary>From a value, computed of names that stand before.</summary>
    public static IQuery<TFact> From<TFact>(this IQuery query, Expression<Func<TFact>> source)
    {
        query.Draft.FromValue(source);
        return new QueryOf<TFact>(query.Draft);
    }

    /// <summary>Only those for which all predicates hold.</summary>
    public static IQuery<TSource> Where<TSource>(this IQuery<TSource> source, params Expression<Func<TSource, bool>>[] predicates)
    {
        foreach (var predicate in predicates) source.Draft.Add(new WhereStage<TSource>(predicate));
        return source;
    }

    /// <summary>Another value for each.</summary>
    public static IQuery<TResult> Select<TSource, TResult>(this IQuery<TSource> source, Expression<Func<TSource, TResult>> selector)
    {
        source.Draft.Add(new SelectStage<TSource, TResult>(selector));
        return new QueryOf<TResult>(source.Draft);
    }

    /// <summary>Many values for each.</summary>
    public static IQuery<TResult> SelectMany<TSource, TResult>(this IQuery<TSource> source, Expression<Func<TSource, IEnumerable<TResult>>> selector)
    {
        source.Draft.Add(new SelectManyStage<TSource, TResult>(selector));
        return new QueryOf<TResult>(source.Draft);
    }

    /// <summary>One group a key.</summary>
    public static IQuery<IGrouping<TKey, TSource>> GroupBy<TSource, TKey>(this IQuery<TSource> source, Expression<Func<TSource, TKey>> keySelector) =>
        source.GroupBy(keySelector, x => x);

    /// <summary>One group a key, of an element for each.</summary>
    public static IQuery<IGrouping<TKey, TElement>> GroupBy<TSource, TKey, TElement>(
        this IQuery<TSource> source, Expression<Func<TSource, TKey>> keySelector, Expression<Func<TSource, TElement>> elementSelector)
    {
        source.Draft.Add(new GroupByStage<TSource, TKey, TElement>(keySelector, elementSelector));
        return new QueryOf<IGrouping<TKey, TElement>>(source.Draft);
    }

    /// <summary>All in one collection; an empty one where there is nothing.</summary>
    public static ICollectQuery<TSource> Collect<TSource>(this IQuery<TSource> source)
    {
        source.Draft.Add(new CollectStage<TSource>());
        return new CollectOf<TSource>(source.Draft);
    }

    /// <summary>Only collections for which all predicates hold.</summary>
    public static ICollectQuery<TElement> Where<TElement>(this ICollectQuery<TElement> source, params Expression<Func<IEnumerable<TElement>, bool>>[] predicates)
    {
        foreach (var predicate in predicates) source.Draft.Add(new WhereStage<IEnumerable<TElement>>(predicate));
        return source;
    }

    /// <summary>The collection in ascending order of a key; equal ones in the order in which they came.</summary>
    public static IOrderedCollectQuery<TElement> OrderBy<TElement, TKey>(this ICollectQuery<TElement> source, Expression<Func<TElement, TKey>> keySelector) =>
        Order(source, keySelector, descending: false, further: false);

    /// <summary>The collection in descending order of a key.</summary>
    public static IOrderedCollectQuery<TElement> OrderByDescending<TElement, TKey>(this ICollectQuery<TElement> source, Expression<Func<TElement, TKey>> keySelector) =>
        Order(source, keySelector, descending: true, further: false);

    /// <summary>Those that are equal so far in ascending order of a key.</summary>
    public static IOrderedCollectQuery<TElement> ThenBy<TElement, TKey>(this IOrderedCollectQuery<TElement> source, Expression<Func<TElement, TKey>> keySelector) =>
        Order(source, keySelector, descending: false, further: true);

    /// <summary>Those that are equal so far in descending order of a key.</summary>
    public static IOrderedCollectQuery<TElement> ThenByDescending<TElement, TKey>(this IOrderedCollectQuery<TElement> source, Expression<Func<TElement, TKey>> keySelector) =>
        Order(source, keySelector, descending: true, further: true);

    /// <summary>The collection as a lookup.</summary>
    public static IQuery<IKeyedLookup<TKey, TElement>> ToLookup<TSource, TKey, TElement>(
        this ICollectQuery<TSource> source, Expression<Func<TSource, TKey>> keySelector, Expression<Func<TSource, TElement>> elementSelector)
    {
        source.Draft.Add(new LookupStage<TSource, TKey, TElement>(keySelector, elementSelector));
        return new QueryOf<IKeyedLookup<TKey, TElement>>(source.Draft);
    }

    /// <summary>The collection as a lookup.</summary>
    public static IQuery<IKeyedLookup<TKey, TSource>> ToLookup<TSource, TKey>(this ICollectQuery<TSource> source, Expression<Func<TSource, TKey>> keySelector) =>
        source.ToLookup(keySelector, x => x);

    private static OrderedOf<TElement> Order<TElement, TKey>(
        ICollectQuery<TElement> source, Expression<Func<TElement, TKey>> keySelector, bool descending, bool further)
    {
        source.Draft.Add(new OrderStage<TElement, TKey>(keySelector, descending, further));
        return new OrderedOf<TElement>(source.Draft);
    }
}
