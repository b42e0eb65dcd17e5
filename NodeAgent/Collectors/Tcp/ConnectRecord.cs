using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Collectors.Tcp;

/// <summary>A connection that was asked for and had its outcome, or was accepted (<c>struct outcome</c> of bpf/connect/connect.bpf.c).</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct ConnectRecord
{
    internal const uint KindConnect = 1;
    internal const uint KindAccept = 2;

    internal readonly RecordHead Head;
    internal readonly SocketOwner Owner;
    internal readonly SocketEnds Ends;

    /// <summary>How long the outcome took; 0 for one that was accepted.</summary>
    internal readonly ulong Nanoseconds;

    /// <summary>Why there is no connection; 0 where there is one.</summary>
    internal readonly int Error;
    private readonly uint pad;
}
