using System.Collections.Immutable;
using Coral.NodeAgent.Bpf;
using Coral.NodeAgent.Collectors.Accounting;

namespace Coral.NodeAgent.Collectors.Running;

/// <summary>What became of a collector that was asked for.</summary>
internal enum CollectorState
{
    /// <summary>It is not loaded yet.</summary>
    Waiting,

    /// <summary>It is at work.</summary>
    Running,

    /// <summary>The kernel refused it, or it took too much memory: see the reason.</summary>
    LeftOut,

    /// <summary>It has ended with the engine.</summary>
    Ended,
}

/// <summary>A collector as it was at the end of the last window. Immutable.</summary>
/// <param name="Name">As everywhere.</param>
/// <param name="State">What became of it.</param>
/// <param name="Reason">Why it is left out; else null.</param>
/// <param name="MemoryBytes">What its maps take of the kernel's memory at most.</param>
/// <param name="RingBytes">The size of its ring; 0 before it is loaded.</param>
/// <param name="Account">What became of everything that it has seen; null before the first window has ended.</param>
/// <param name="Programs">What the kernel says of its programs; empty before it is loaded.</param>
internal sealed record CollectorStatus(
    string Name, CollectorState State, string? Reason, long MemoryBytes, long RingBytes, CollectorAccount? Account, ImmutableArray<BpfProgramInfo> Programs)
{
    /// <summary>What is done because its ring fills faster than it is read.</summary>
    internal PressureStep Pressure { get; init; }

    /// <summary>How many control groups sent more than their rate in the last window.</summary>
    internal int Throttled { get; init; }

    internal static CollectorStatus Of(string name) => new(name, CollectorState.Waiting, null, 0, 0, null, []);
}
