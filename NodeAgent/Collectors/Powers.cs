namespace Coral.NodeAgent.Collectors;

/// <summary>Counts by powers of two, as the programs keep them.</summary>
internal static class Powers
{
    /// <summary>The least power of two that at least this part of all values does not pass: an upper bound, at most twice the true one. Null when there is no value.</summary>
    /// <param name="counts">Of each bucket; bucket <c>n</c> ends at <c>2^(n+shift)</c>.</param>
    /// <param name="part">Above 0, at most 1.</param>
    /// <param name="shift">0 where bucket 0 holds what is below 1, 1 where it holds 1.</param>
    internal static long? Bound(ReadOnlySpan<ulong> counts, double part, int shift)
    {
        var total = 0UL;
        foreach (var count in counts) total += count;
        if (total == 0) return null;
        var wanted = (ulong)Math.Ceiling(total * part);
        var sum = 0UL;
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            sum += counts[bucket];
            if (sum >= wanted) return 1L << (bucket + shift);
        }

        return 1L << (counts.Length - 1 + shift);
    }
}
