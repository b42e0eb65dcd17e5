using System.Collections;
using System.Linq.Expressions;
using Coral.Policies.Rules.Running;

namespace Coral.Policies.Rules.Building;

internal sealed class OrderStage<T, TKey>(Expression<Func<T, TKey>> keySelector, bool descending, bool further) : Stage
{
    internal override Transform Bind(TupleBinder binder)
    {
        var key = binder.Map(keySelector);
        return (items, tuple) =>
        {
            for (var i = 0; i < items.Count; i++) items[i] = items[i] with { Value = new Ordered<T>(Order(items[i].Value!, x => key.Run(tuple, x))) };
        };
    }

    private IOrderedEnumerable<T> Order(object source, Func<T, TKey> key) => (source, further, descending) switch
    {
        (Ordered<T> so, true, false) => so.Order.ThenBy(key),
        (Ordered<T> so, true, true) => so.Order.ThenByDescending(key),
        (_, _, true) => ((IEnumerable<T>)source).OrderByDescending(key),
        _ => ((IEnumerable<T>)source).OrderBy(key),
    };
}

/// <summary>A collection that is in order already, with its order, so that a further key can refine it.</summary>
internal sealed class Ordered<T>(IOrderedEnumerable<T> order) : IReadOnlyList<T>
{
    private readonly T[] items = [.. order];

    public int Count => items.Length;

    internal IOrderedEnumerable<T> Order => order;

    public T this[int index] => items[index];

    public IEnumerator<T> GetEnumerator() => items.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
