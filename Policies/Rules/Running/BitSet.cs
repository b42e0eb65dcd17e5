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

    internal void Clear(int bit)
    {
        if (bit < 64) low &= ~(1UL << bit);
        else High(bit) &= ~(1UL << bit);
    }

    /// <summary>Takes the smallest number out, or -1.</summary>
    internal int TakeFirst()
    {
        if (low != 0) return Take(ref low);
        for (var i = 0; i < (high?.Length ?? 0); i++)
        {
            if (high![i] != 0) return Take(ref high[i]) + (64 * (i + 1));
        }

        return -1;
    }

    private static int Take(ref ulong word)
    {
        var first = System.Numerics.BitOperations.TrailingZeroCount(word);
        word &= word - 1;
        return first;
    }

    private ref ulong High(int bit)
    {
        var index = (bit / 64) - 1;
        if (high is null || high.Length <= index) Array.Resize(ref high, index + 1);
        return ref high[index];
    }
}
