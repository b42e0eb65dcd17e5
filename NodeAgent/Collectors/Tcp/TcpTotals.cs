using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Collectors.Tcp;

/// <summary>What a connection carried (<c>struct totals</c> of bpf/tcp_metrics/tcp_metrics.bpf.c). Bytes are those of the programs: what was sent again counts apart.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct TcpTotals
{
    internal readonly ulong Sent;
    internal readonly ulong Received;
    internal readonly ulong Resent;
    internal readonly uint SegmentsOut;
    internal readonly uint SegmentsIn;
    internal readonly uint SegmentsResent;
    private readonly uint pad;
}
