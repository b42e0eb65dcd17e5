using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Collectors.Tcp;

/// <summary>The process that asked for a connection, or for a socket to accept them (<c>struct owner</c> of bpf/include/socket.h). All zero where it did so before the collector was there.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct SocketOwner
{
    internal readonly ulong Group;
    internal readonly ulong Start;
    internal readonly int Pid;
    internal readonly uint User;
    private readonly Bytes16 name;

    /// <summary>Its short name.</summary>
    internal static ReadOnlySpan<byte> Name(in SocketOwner owner)
    {
        ReadOnlySpan<byte> bytes = owner.name;
        return bytes.IndexOf((byte)0) is >= 0 and var end ? bytes[..end] : bytes;
    }
}

/// <summary>Sixteen bytes in place.</summary>
[InlineArray(16)]
internal struct Bytes16
{
    private byte first;
}
