using Coral.NodeAgent.Collectors;
using Coral.NodeAgent.Collectors.Accounting;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>Reads a collector as the agent does.</summary>
internal static class Pump
{
    /// <summary>Reads until the ring is empty.</summary>
    internal static void Empty(Collector collector)
    {
        while (collector.Drain(4096) > 0)
        {
        }
    }

    /// <summary>Reads while something runs, and then until the ring is empty.</summary>
    internal static async Task While(Task work, params Collector[] collectors)
    {
        // A moment between looks, as poll(2) would give.
        while (await Task.WhenAny(work, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System)) != work) Array.ForEach(collectors, Empty);
        await work;
        Array.ForEach(collectors, Empty);
    }

    /// <summary>Reads until something is so.</summary>
    internal static Task Until(Func<bool> isSo, Collector collector) => Testing.Kit.Eventually.Async(
        () =>
        {
            Empty(collector);
            return Task.FromResult(isSo());
        },
        TimeSpan.FromSeconds(30),
        "all records came");

    /// <summary>The sums of a group are closed: what was seen went somewhere.</summary>
    internal static Counts Closed(CollectorAccount account, ulong group)
    {
        var counts = account.Groups[group];
        Assert.Equal(counts.Seen, counts.Accounted);
        return counts;
    }
}
