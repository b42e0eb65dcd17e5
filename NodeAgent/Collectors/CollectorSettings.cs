using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Collectors;

/// <summary>What is set before a collector is loaded (<c>settings</c> of bpf/include/collector.h): how many records one control group may send.</summary>
/// <param name="TokenNanoseconds">The time that a record costs; 0 is no limit.</param>
/// <param name="BurstNanoseconds">How much of it may be borrowed.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct CollectorSettings(ulong TokenNanoseconds, ulong BurstNanoseconds)
{
    private const ulong Second = 1_000_000_000;

    /// <summary>So many a second, and as many at once after a second of silence; 0 for no limit.</summary>
    internal static CollectorSettings Rate(int perSecond) => perSecond == 0 ? default : new(Second / (ulong)perSecond, Second - (Second / (ulong)perSecond));
}
