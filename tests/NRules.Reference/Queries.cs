using System.Linq.Expressions;
using NRules.RuleModel;

namespace NRules.Fluent.Dsl;

public interface IQuery;

public interface IQuery<out TSource>;

public interface ICollectQuery<out TElement> : IQuery<IEnumerable<TElement>>;

public interface IOrderedQuery<out TElement> : ICollectQuery<TElement>;

public static class QueryExtensions
{
    public static IQuery<TFact> Match<TFact>(this IQuery query, params Expression<Func<TFact, bool>>[] conditions) => throw null!;

    public static IQuery<TFact> From<TFact>(this IQuery query, Expression<Func<TFact>> source) => throw null!;

    public static IQuery<TSource> Where<TSource>(this IQuery<TSource> source, params Expression<Func<TSource, bool>>[] predicates) => throw null!;

    public static IQuery<TResult> Select<TSource, TResult>(this IQuery<TSource> source, Expression<Func<TSource, TResult>> selector) => throw null!;

    public static IQuery<TResult> SelectMany<TSource, TResult>(this IQuery<TSource> source, Expression<Func<TSource, IEnumerable<TResult>>> selector) => throw null!;

    public static IQuery<IGrouping<TKey, TSource>> GroupBy<TSource, TKey>(this IQuery<TSource> source, Expression<Func<TSource, TKey>> keySelector) => throw null!;

    public static IQuery<IGrouping<TKey, TElement>> GroupBy<TSource, TKey, TElement>(
        this IQuery<TSource> source, Expression<Func<TSource, TKey>> keySelector, Expression<Func<TSource, TElement>> elementSelector) => throw null!;

    public static ICollectQuery<TSource> Collect<TSource>(this IQuery<TSource> source) => throw null!;

    public static ICollectQuery<TElement> Where<TElement>(this ICollectQuery<TElement> source, params Expression<Func<IEnumerable<TElement>, bool>>[] predicates) => throw null!;

    public static IOrderedQuery<TElement> OrderBy<TElement, TKey>(this ICollectQuery<TElement> source, Expression<Func<TElement, TKey>> keySelector) => throw null!;

    public static IOrderedQuery<TElement> OrderByDescending<TElement, TKey>(this ICollectQuery<TElement> source, Expression<Func<TElement, TKey>> keySelector) => throw null!;

    public static IOrderedQuery<TElement> ThenBy<TElement, TKey>(this IOrderedQuery<TElement> source, Expression<Func<TElement, TKey>> keySelector) => throw null!;

    public static IOrderedQuery<TElement> ThenByDescending<TElement, TKey>(this IOrderedQuery<TElement> source, Expression<Func<TElement, TKey>> keySelector) => throw null!;

    public static IQuery<IKeyedLookup<TKey, TElement>> ToLookup<TSource, TKey, TElement>(
        this ICollectQuery<TSource> source, Expression<Func<TSource, TKey>> keySelector, Expression<Func<TSource, TElement>> elementSelector) => throw null!;

    public static IQuery<IKeyedLookup<TKey, TSource>> ToLookup<TSource, TKey>(this ICollectQuery<TSource> source, Expression<Func<TSource, TKey>> keySelector) => throw null!;
}
