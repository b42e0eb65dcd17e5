using Coral.NodeAgent.Collectors;
using Coral.NodeAgent.Collectors.Accounting;

namespace Coral.NodeAgent.Tests.Collectors.Accounting;

public sealed class SequencesTests
{
    [Fact]
    public void Gaps_are_what_is_missing_on_each_cpu_whatever_the_order()
    {
        var sequences = new Sequences(2);
        foreach (var (cpu, number) in new (uint, ulong)[] { (0, 0), (1, 0), (0, 2), (0, 1), (0, 6), (1, 1) }) sequences.Received(Head(cpu, number));

        Assert.Equal((6UL, 3UL), (sequences.TotalReceived, sequences.Gaps));
    }

    [Fact]
    public void A_sum_that_does_not_close_shows()
    {
        var counts = new Counts(Seen: 10, Filtered: 1, Aggregated: 2, Emitted: 3, LostRing: 1, LostMap: 1, LostRate: 1, Error: 1);
        Assert.Equal((counts.Seen, 3UL), (counts.Accounted, counts.Lost));
        Assert.NotEqual((counts with { Emitted = 2 }).Seen, (counts with { Emitted = 2 }).Accounted);
        Assert.Equal(20UL, (counts + counts).Accounted);
    }

    [Theory]
    [InlineData("0-1\n", 2)]
    [InlineData("0\n", 1)]
    [InlineData("0-3,8-11\n", 12)]
    public void Processors_are_counted_to_the_highest_number(string list, int expected) => Assert.Equal(expected, Cpus.Parse(list));

    private static RecordHead Head(uint cpu, ulong sequence)
    {
        Span<ulong> words = [(ulong)cpu << 32, sequence, 0, 0];
        return System.Runtime.InteropServices.MemoryMarshal.Read<RecordHead>(System.Runtime.InteropServices.MemoryMarshal.AsBytes(words));
    }
}
