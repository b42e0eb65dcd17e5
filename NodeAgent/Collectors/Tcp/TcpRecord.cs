using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Collectors.Tcp;

/// <summary>A connection that has ended (<c>struct closed</c> of bpf/tcp_metrics/tcp_metrics.bpf.c).</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct TcpRecord
{
    internal readonly RecordHead Head;
    internal readonly SocketOwner Owner;
    internal readonly SocketEnds Ends;

    /// <summary>When it was asked for; 0 where that was before the collector was there. Nanoseconds since the machine's start.</summary>
    internal readonly ulong Opened;

    /// <summary>When it stood; 0 where that was before.</summary>
    internal readonly ulong Established;
    internal readonly TcpTotals Totals;

    /// <summary>The smoothed round trip in microseconds; 0 where none was measured.</summary>
    internal readonly uint RoundTrip;

    /// <summary>The least, in microseconds.</summary>
    internal readonly uint LeastRoundTrip;

    /// <summary>The state that it was in before.</summary>
    internal readonly uint State;

    /// <summary>The socket's error, 0 for none.</summary>
    internal readonly int Error;
    private readonly uint isActive;
    private readonly uint pad;

    /// <summary>Whether this side asked for it.</summary>
    internal bool IsActive => isActive != 0;
}
