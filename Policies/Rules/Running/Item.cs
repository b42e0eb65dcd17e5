namespace Coral.Policies.Rules.Running;

/// <summary>
/// A result of a query on its way through the stages. <see cref="Key"/> says that two results are the same one; the newest <see cref="Stamp"/> and the
/// <see cref="Count"/> of what it is made of say whether it changed: what comes or changes has a newer stamp than all before, what goes lowers the count.
/// </summary>
internal readonly record struct Item(object Key, object? Value, long Stamp, int Count)
{
    internal static (long Stamp, int Count) Age(IEnumerable<Item> items)
    {
        var (stamp, count) = (0L, 0);
        foreach (var item in items)
        {
            stamp = Math.Max(stamp, item.Stamp);
            count += item.Count;
        }

        return (stamp, count);
    }
}

/// <summary>A stage of a query, ready to run over results and what was matched before it.</summary>
internal delegate void Transform(List<Item> items, Fact[] tuple);
