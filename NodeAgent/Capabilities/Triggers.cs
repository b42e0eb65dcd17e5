using System.Net;
using System.Net.Sockets;
using Coral.NodeAgent.Bpf;
using Coral.NodeAgent.Native;
using Microsoft.Win32.SafeHandles;

namespace Coral.NodeAgent.Capabilities;

/// <summary>Harmless acts that set off an attached program. None leaves this machine.</summary>
internal static unsafe class Triggers
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    internal static void SystemCall(Func<bool> called) => _ = Libc.GetParentId();

    internal static void OpenFile(Func<bool> called)
    {
        using var file = File.OpenHandle("/proc/self/status");
    }

    internal static void LibraryCall(Func<bool> called) => LibBpf.VersionString();

    /// <summary>A datagram to this socket itself over loopback, and a connection that is refused because nobody listens.</summary>
    internal static void Traffic(Func<bool> called)
    {
        try
        {
            using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            udp.Connect(udp.LocalEndPoint!);
            udp.Send("."u8);
            using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            using var caller = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            caller.Connect(silent.LocalEndPoint!);
        }
        catch (SocketException)
        {
            // Refused, as it should be; or there is no loopback, and then the program is not called.
        }
    }

    /// <summary>Keeps a processor busy until its clock has ticked.</summary>
    internal static void PassTime(Func<bool> called)
    {
        var time = TimeProvider.System;
        for (var start = time.GetTimestamp(); !called() && time.GetElapsedTime(start) < Patience;) _ = Libc.GetParentId();
    }

    /// <summary>Reads an iterator to its end while there is a socket of each kind for it to find.</summary>
    internal static Action<Func<bool>> Read(BpfLinkHandle link) => _ =>
    {
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        tcp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        tcp.Listen();
        var descriptor = LibBpf.IteratorCreate(LibBpf.LinkDescriptor(link));
        if (descriptor < 0) throw BpfObject.Failure("attach: iterator", -descriptor);
        using var iterator = new SafeFileHandle(descriptor, ownsHandle: true);
        Descriptors.ReadAll(iterator);
    };
}
