using System.Runtime.InteropServices;
using System.Text;
using Coral.NodeAgent.Bpf;
using Microsoft.Win32.SafeHandles;

namespace Coral.NodeAgent.Native;

/// <summary>File descriptors of things that .NET opens no streams for.</summary>
internal static unsafe class Descriptors
{
    private const int CloseOnExec = 0x80000;
    private const int AfUnix = 1;
    private const int SockDgram = 2;

    /// <summary>Opens a folder or a file of /proc for reading.</summary>
    internal static SafeFileHandle OpenPath(string path)
    {
        var descriptor = Libc.Open(path, CloseOnExec, 0);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw new BpfException($"open {path}", Marshal.GetLastPInvokeError());
    }

    /// <summary>Two datagram sockets, each the other's peer.</summary>
    internal static (SafeFileHandle Near, SafeFileHandle Far) SocketPair()
    {
        var pair = stackalloc int[2];
        if (Libc.SocketPair(AfUnix, SockDgram | CloseOnExec, 0, pair) != 0) throw new BpfException("socketpair", Marshal.GetLastPInvokeError());
        return (new SafeFileHandle(pair[0], ownsHandle: true), new SafeFileHandle(pair[1], ownsHandle: true));
    }

    /// <summary>Sends one byte.</summary>
    internal static void SendByte(SafeFileHandle socket)
    {
        byte one = 1;
        if (Libc.Write((int)socket.DangerousGetHandle(), &one, 1) < 0) throw new BpfException("send", Marshal.GetLastPInvokeError());
    }

    /// <summary>Reads to the end, or a first megabyte.</summary>
    internal static void ReadAll(SafeFileHandle file)
    {
        const int Most = 1 << 20;
        var buffer = stackalloc byte[4096];
        for (var total = 0L; total < Most;)
        {
            var count = Libc.Read((int)file.DangerousGetHandle(), buffer, 4096);
            if (count < 0) throw new BpfException("read", Marshal.GetLastPInvokeError());
            if (count == 0) return;
            total += count;
        }
    }

    /// <summary>Reads text to the end.</summary>
    internal static string ReadText(SafeFileHandle file)
    {
        const int Most = 32 * 1024;
        var text = new MemoryStream();
        var buffer = new byte[Most];
        fixed (byte* first = buffer)
        {
            while (true)
            {
                var count = Libc.Read((int)file.DangerousGetHandle(), first, Most);
                if (count < 0) throw new BpfException("read", Marshal.GetLastPInvokeError());
                if (count == 0) return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
                text.Write(buffer, 0, (int)count);
            }
        }
    }
}
