using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Collectors;

/// <summary>How each record begins (<c>struct record</c> of bpf/include/collector.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct RecordHead
{
    /// <summary>What it is; each collector has its own numbers.</summary>
    internal readonly uint Kind;

    /// <summary>The CPU that wrote it.</summary>
    internal readonly uint Cpu;

    /// <summary>Which of all tries on that CPU.</summary>
    internal readonly ulong Sequence;

    /// <summary>Nanoseconds since the machine's start, with what it slept.</summary>
    internal readonly ulong Time;

    /// <summary>The control group that it is charged to.</summary>
    internal readonly ulong Group;
}
