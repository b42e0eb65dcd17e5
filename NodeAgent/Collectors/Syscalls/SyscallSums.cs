using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Collectors.Syscalls;

/// <summary>Which call of which control group (<c>struct key</c> of bpf/syscall_stats/syscall_stats.bpf.c).</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct SyscallKey(ulong Group, uint Number, uint Pad);

/// <summary>What became of the calls since the collector began (<c>struct call</c>). Each is only ever added to.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SyscallSums
{
    /// <summary>Calls that came back.</summary>
    internal ulong Count;

    /// <summary>Those of them that came back with an error.</summary>
    internal ulong Errors;

    /// <summary>How long all of them took.</summary>
    internal ulong Nanoseconds;

    /// <summary>By the power of two of microseconds: the first is less than 1, the next less than 2.</summary>
    internal SyscallTimes Times;
}

/// <summary>By power of two.</summary>
[InlineArray(Buckets)]
internal struct SyscallTimes
{
    internal const int Buckets = 24;

    private ulong first;
}
