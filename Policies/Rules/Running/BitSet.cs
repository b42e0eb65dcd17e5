using System.Numerics;

namespace Coral.Policies.Rules.Running;

/// <summary>A set of small numbers; the first 64 cost no allocation.</summary>
internal struct BitSet
{
    private ulong low;
    private ulong[]? high;

    internal readonly bool this[int bit] =>
        bit < 64 ? (low & (1UL << bit)) != 0 : high is not null && bit / 64 <= high.Length && (high[(bit / 64) - 1] & (1UL << bit)) != 0;

    internal void Set(int bit)
    {
        if (bit < 64) low |= 1UL << bit;
        else High(bit) |= 1UL << bit;
    }

    /// <summary>Replaces 64 numbers, from <paramref name="index"/> times 64 on.</summary>
    internal void SetWord(int index, ulong word)
    {
        if (index == 0) low = word;
        else High(64 * index) = word;
    }

    internal void Clear(int bit)
    {
        if (bit < 64) low &= ~(1UL << bit);
        else High(bit) &= ~(1UL << bit);
    }

    /// <summary>The smallest number from <paramref name="from"/> on, or -1.</summary>
    internal readonly int Next(int from)
    {
        if (from < 64)
        {
            var rest = low >> from;
            if (rest != 0) return from + BitOperations.TrailingZeroCount(rest);
            from = 64;
        }

        for (; high is not null && (from / 64) - 1 < high.Length; from = (from / 64 * 64) + 64)
        {
            var rest = high[(from / 64) - 1] >> from;
            if (rest != 0) return from + BitOperations.TrailingZeroCount(rest);
        }

        return -1;
    }

    private ref ulong High(int bit)
    {
        var index = (bit / 64) - 1;
        if (high is null || high.Length <= index) Array.Resize(ref high, index + 1);
        return ref high[index];
    }
}
