using Coral.NodeAgent.Collectors;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.NodeAgent.Tests.Collectors;

public sealed class PowersTests
{
    [Fact]
    public void A_bound_is_never_below_the_true_value_and_at_most_twice_it()
    {
        var values = Gen.Choose(1, 1_000_000).NonEmptyListOf().Select(list => list.Order().ToArray());
        Prop.ForAll(Arb.From(values), sorted =>
        {
            var counts = new ulong[24];
            foreach (var value in sorted) counts[System.Numerics.BitOperations.Log2((uint)value)]++;
            return new[] { 0.5, 0.99, 1 }.All(part =>
            {
                var truth = sorted[(int)Math.Ceiling(sorted.Length * part) - 1];
                var bound = Powers.Bound(counts, part, 1)!.Value;
                return bound > truth && bound <= 2L * truth;
            });
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Of_nothing_there_is_no_bound() => Assert.Null(Powers.Bound(new ulong[4], 0.5, 0));
}
