using System.Linq.Expressions;
using Coral.Policies.Rules.Running;

namespace Coral.Policies.Rules.Building;

/// <summary>A stage of a query.</summary>
internal abstract class Stage
{
    internal abstract Transform Bind(TupleBinder binder);
}

internal sealed class WhereStage<T>(Expression<Func<T, bool>> predicate) : Stage
{
    internal override Transform Bind(TupleBinder binder)
    {
        var test = binder.Map(predicate);
        return (items, tuple) => items.RemoveAll(item => !test.Run(tuple, (T)item.Value!));
    }
}

internal sealed class SelectStage<T, TResult>(Expression<Func<T, TResult>> selector) : Stage
{
    internal override Transform Bind(TupleBinder binder)
    {
        var map = binder.Map(selector);
        return (items, tuple) =>
        {
            for (var i = 0; i < items.Count; i++) items[i] = items[i] with { Value = map.Run(tuple, (T)items[i].Value!) };
        };
    }
}

/// <summary>An element is the same one as long as its source and its value are; of equal values of one source, the first, the second and so on.</summary>
internal sealed class SelectManyStage<T, TResult>(Expression<Func<T, IEnumerable<TResult>>> selector) : Stage
{
    internal override Transform Bind(TupleBinder binder)
    {
        var map = binder.Map(selector);
        return (items, tuple) =>
        {
            var flat = new List<Item>();
            var seen = new Dictionary<(object, TResult?), int>();
            foreach (var item in items)
            {
                foreach (var value in map.Run(tuple, (T)item.Value!))
                {
                    var times = seen[(item.Key, value)] = seen.GetValueOrDefault((item.Key, value)) + 1;
                    flat.Add(item with { Key = (item.Key, value, times), Value = value });
                }
            }

            items.Clear();
            items.AddRange(flat);
        };
    }
}

internal sealed class CollectStage<T> : Stage
{
    internal override Transform Bind(TupleBinder binder) => (items, _) =>
    {
        var (stamp, count) = Item.Age(items);
        var all = new T[items.Count];
        for (var i = 0; i < all.Length; i++) all[i] = (T)items[i].Value!;
        items.Clear();
        items.Add(new Item(this, all, stamp, count));
    };
}
