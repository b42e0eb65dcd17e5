using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Collectors;

/// <summary>How much the programs of a collector may send (<c>struct control</c> of bpf/include/collector.h). Zero is no limit.</summary>
/// <param name="WakeLater">How many times twice as much waits before the reader is woken, 0 to 2.</param>
/// <param name="LeftOut">Of 2^32 records so many are left out.</param>
/// <param name="NoExemplars">1 where only records are sent that are in no sum.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct CollectorControl(uint WakeLater, uint LeftOut, uint NoExemplars)
{
    /// <summary>So that one of so many is sent.</summary>
    /// <param name="oneOf">0 for none.</param>
    internal static uint LeavingOneOf(uint oneOf) => oneOf == 0 ? uint.MaxValue : uint.MaxValue - (uint.MaxValue / oneOf);
}
