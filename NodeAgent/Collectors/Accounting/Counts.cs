using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Collectors.Accounting;

/// <summary>What became of what the hooks of a collector saw (<c>struct counts</c> of bpf/include/collector.h). Each is only ever added to.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Counts(ulong Seen, ulong Filtered, ulong Aggregated, ulong Emitted, ulong LostRing, ulong LostMap, ulong LostRate, ulong Error, ulong Sampled = 0)
{
    /// <summary>Where all of it went; equal to <see cref="Seen"/>, or something is not accounted for.</summary>
    internal ulong Accounted => Filtered + Aggregated + Emitted + LostRing + LostMap + LostRate + Error + Sampled;

    /// <summary>What should have been told, and was not.</summary>
    internal ulong Lost => LostRing + LostMap + LostRate;

    public static Counts operator +(in Counts one, in Counts other) => new(
        one.Seen + other.Seen,
        one.Filtered + other.Filtered,
        one.Aggregated + other.Aggregated,
        one.Emitted + other.Emitted,
        one.LostRing + other.LostRing,
        one.LostMap + other.LostMap,
        one.LostRate + other.LostRate,
        one.Error + other.Error,
        one.Sampled + other.Sampled);
}
