using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Collectors.Tcp;

/// <summary>TCP of a control group since the collector began (<c>struct sums</c> of bpf/tcp_metrics/tcp_metrics.bpf.c). Each is only ever added to.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TcpSums
{
    internal ulong Opened;
    internal ulong Accepted;
    internal ulong Failed;
    internal ulong Closed;
    internal ulong ResetsReceived;
    internal ulong Sent;
    internal ulong Received;
    internal ulong Resent;
    internal ulong SegmentsOut;
    internal ulong SegmentsIn;
    internal ulong SegmentsResent;

    /// <summary>How often a socket came into each state, by the kernel's number of it.</summary>
    internal TcpStates States;

    /// <summary>Connections by the power of two of their smoothed round trip in microseconds, when they ended.</summary>
    internal TcpRoundTrips RoundTrips;
}

/// <summary>By state.</summary>
[InlineArray(16)]
internal struct TcpStates
{
    private ulong first;
}

/// <summary>By power of two.</summary>
[InlineArray(24)]
internal struct TcpRoundTrips
{
    private ulong first;
}
