using System.Diagnostics;

namespace Coral.Bench.Enqueue;

/// <summary>How often an operation took how long, in steps of 4.5 % from one tick of the stopwatch on. Not thread safe.</summary>
internal sealed class LatencyCounts
{
    private const int StepsPerDoubling = 16;

    private readonly long[] counts = new long[40 * StepsPerDoubling];

    internal long Total { get; private set; }

    internal TimeSpan Longest { get; private set; }

    internal void Add(long began)
    {
        var took = Math.Max(1, Stopwatch.GetTimestamp() - began);
        counts[Math.Min(counts.Length - 1, (int)(Math.Log2(took) * StepsPerDoubling))]++;
        Total++;
        var span = TimeSpan.FromSeconds((double)took / Stopwatch.Frequency);
        if (span > Longest) Longest = span;
    }

    internal void Add(LatencyCounts other)
    {
        for (var step = 0; step < counts.Length; step++) counts[step] += other.counts[step];
        Total += other.Total;
        if (other.Longest > Longest) Longest = other.Longest;
    }

    /// <summary>The upper end of the step in which that part of all lies.</summary>
    internal TimeSpan Quantile(double part)
    {
        var left = (long)Math.Ceiling(part * Total);
        for (var step = 0; step < counts.Length; step++)
        {
            left -= counts[step];
            if (left <= 0) return TimeSpan.FromSeconds(Math.Pow(2, (step + 1.0) / StepsPerDoubling) / Stopwatch.Frequency);
        }

        return Longest;
    }
}
