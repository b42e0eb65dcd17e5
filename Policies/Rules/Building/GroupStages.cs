using System.Collections;
using System.Linq.Expressions;
using Coral.Policies.Rules.Dsl;
using Coral.Policies.Rules.Running;

namespace Coral.Policies.Rules.Building;

/// <summary>A group is the same one as long as its key is; groups come in the order of their first elements.</summary>
internal sealed class GroupByStage<T, TKey, TElement>(Expression<Func<T, TKey>> keySelector, Expression<Func<T, TElement>> elementSelector) : Stage
{
    /// <summary>Stands for the key null.</summary>
    private static readonly object NoKey = new();

    internal override Transform Bind(TupleBinder binder)
    {
        var key = binder.Map(keySelector);
        var element = binder.Map(elementSelector);
        return (items, tuple) =>
        {
            var groups = items.GroupBy(item => key.Run(tuple, (T)item.Value!)).Select(group => ToItem(group, tuple, element)).ToList();
            items.Clear();
            items.AddRange(groups);
        };
    }

    private static Item ToItem(IGrouping<TKey, Item> group, Fact[] tuple, Compiled<Func<Fact[], T, TElement>> element)
    {
        var (stamp, count) = Item.Age(group);
        return new Item((object?)group.Key ?? NoKey, new Group<TKey, TElement>(group.Key, [.. group.Select(item => element.Run(tuple, (T)item.Value!))]), stamp, count);
    }
}

internal sealed class LookupStage<T, TKey, TElement>(Expression<Func<T, TKey>> keySelector, Expression<Func<T, TElement>> elementSelector) : Stage
{
    internal override Transform Bind(TupleBinder binder)
    {
        var key = binder.Map(keySelector);
        var element = binder.Map(elementSelector);
        return (items, tuple) =>
        {
            for (var i = 0; i < items.Count; i++)
                items[i] = items[i] with { Value = new KeyedLookup<TKey, TElement>(((IEnumerable<T>)items[i].Value!).ToLookup(x => key.Run(tuple, x), x => element.Run(tuple, x))) };
        };
    }
}

internal sealed class Group<TKey, TElement>(TKey key, TElement[] elements) : IGrouping<TKey, TElement>
{
    public TKey Key => key;

    public IEnumerator<TElement> GetEnumerator() => elements.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

internal sealed class KeyedLookup<TKey, TElement>(ILookup<TKey, TElement> lookup) : IKeyedLookup<TKey, TElement>
{
    public IEnumerable<TKey> Keys => lookup.Select(group => group.Key);

    public int Count => lookup.Count;

    public IEnumerable<TElement> this[TKey key] => lookup[key];

    public bool Contains(TKey key) => lookup.Contains(key);

    public IEnumerator<IGrouping<TKey, TElement>> GetEnumerator() => lookup.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
