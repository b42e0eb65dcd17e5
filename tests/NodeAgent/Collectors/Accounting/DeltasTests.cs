using Coral.NodeAgent.Collectors.Accounting;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.NodeAgent.Tests.Collectors.Accounting;

public sealed class DeltasTests
{
    private readonly Deltas<ulong, Counts> deltas = new();

    [Fact]
    public void The_windows_together_are_the_total_whenever_they_end_and_whatever_leaves_the_map()
    {
        // 0..3 count something for a key, 4 ends a window, 5..8 takes a key out.
        var steps = Gen.Choose(0, 8).ListOf(200);
        Prop.ForAll(Arb.From(steps), orders =>
        {
            var windows = new Deltas<ulong, Counts>();
            var (map, truth, told) = (new Dictionary<ulong, Counts>(), new Dictionary<ulong, Counts>(), new Dictionary<ulong, Counts>());
            foreach (var (order, at) in orders.Append(4).Select((order, at) => (order, at)))
            {
                var key = (ulong)(order % 4);
                switch (order)
                {
                    case < 4:
                        var gained = new Counts(Seen: (ulong)at, Filtered: 1, 0, Emitted: (ulong)(at % 3), 0, 0, 0, 0);
                        Add(map, key, gained);
                        Add(truth, key, gained);
                        break;
                    case 4:
                        foreach (var (of, delta) in windows.Next(map)) Add(told, of, delta);
                        break;
                    default:
                        if (map.Remove(key, out var last)) windows.Part(key, last);
                        break;
                }
            }

            return truth.Count == told.Count && truth.All(pair => told[pair.Key] == pair.Value);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void What_gained_nothing_is_not_told()
    {
        deltas.Next(new Dictionary<ulong, Counts> { [1] = Seen(5), [2] = Seen(7) });
        Assert.Equal([new(2, Seen(1))], deltas.Next(new Dictionary<ulong, Counts> { [1] = Seen(5), [2] = Seen(8), [3] = default }));
    }

    [Fact]
    public void A_key_that_vanished_unheard_begins_anew_when_it_comes_back()
    {
        deltas.Next(new Dictionary<ulong, Counts> { [1] = Seen(5) });
        Assert.Empty(deltas.Next(new Dictionary<ulong, Counts>()));
        Assert.Equal([new(1, Seen(3))], deltas.Next(new Dictionary<ulong, Counts> { [1] = Seen(3) }));
        Assert.Equal([new(1, Seen(2))], deltas.Next(new Dictionary<ulong, Counts> { [1] = Seen(2) }));
    }

    private static Counts Seen(ulong number) => new(number, 0, 0, 0, 0, 0, 0, 0);

    private static void Add(Dictionary<ulong, Counts> to, ulong key, Counts counts) => to[key] = to.GetValueOrDefault(key) + counts;
}
