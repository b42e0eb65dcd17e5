namespace Coral.NodeAgent.Collectors.Accounting;

/// <summary>Follows the numbers of records, of each CPU apart. Not thread safe.</summary>
internal sealed class Sequences(int cpus)
{
    private readonly ulong[] received = new ulong[cpus];
    private readonly ulong[] next = new ulong[cpus];

    internal ulong TotalReceived => Sum(received);

    /// <summary>Numbers below the highest that did not come.</summary>
    internal ulong Gaps => Sum(next) - TotalReceived;

    /// <summary>One has come. Where one hook interrupted another, the later number may come first.</summary>
    internal void Received(in RecordHead head)
    {
        received[head.Cpu]++;
        next[head.Cpu] = Math.Max(next[head.Cpu], head.Sequence + 1);
    }

    private static ulong Sum(ulong[] numbers)
    {
        var sum = 0UL;
        foreach (var number in numbers) sum += number;
        return sum;
    }
}
