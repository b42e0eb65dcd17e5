using System.Net;
using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Collectors.Tcp;

/// <summary>The two ends of a connection (<c>struct ends</c> of bpf/include/socket.h): seen from the socket, not from who asked for it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct SocketEnds
{
    private const int Ip4Bytes = 4;
    private const ushort Ip4 = 2;

    private readonly Bytes16 local;
    private readonly Bytes16 remote;
    internal readonly ushort LocalPort;
    internal readonly ushort RemotePort;
    private readonly ushort family;
    private readonly ushort pad;

    internal IPAddress Local => Address(local);

    internal IPAddress Remote => Address(remote);

    /// <summary>An IPv4 address in IPv6 form is one of IPv4.</summary>
    private IPAddress Address(ReadOnlySpan<byte> bytes)
    {
        if (family == Ip4) return new IPAddress(bytes[..Ip4Bytes]);
        var address = new IPAddress(bytes);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
