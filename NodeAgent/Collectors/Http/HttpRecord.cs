using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Coral.NodeAgent.Collectors.Tcp;

namespace Coral.NodeAgent.Collectors.Http;

/// <summary>A request that is over (<c>struct exchange</c> of bpf/http_latency/tables.h), in place.</summary>
internal readonly ref struct HttpRecord
{
    private readonly ReadOnlySpan<byte> bytes;
    private readonly ref readonly Layout layout;

    internal HttpRecord(ReadOnlySpan<byte> bytes)
    {
        this.bytes = bytes;
        layout = ref MemoryMarshal.AsRef<Layout>(bytes);
    }

    internal ref readonly RecordHead Head => ref layout.Head;

    internal ref readonly SocketOwner Owner => ref layout.Owner;

    internal ref readonly SocketEnds Ends => ref layout.Ends;

    /// <summary>When its first byte came or went, nanoseconds since the machine's start.</summary>
    internal ulong Begun => layout.Begun;

    /// <summary>When the status line came or went; 0 without one.</summary>
    internal ulong First => layout.First;

    /// <summary>When the answer's last byte came or went, or the connection ended before that.</summary>
    internal ulong Last => layout.Last;

    /// <summary>With its head; 0 where the answer came before all of it.</summary>
    internal ulong RequestBytes => layout.RequestBytes;

    /// <summary>With its head, and with interim answers.</summary>
    internal ulong ResponseBytes => layout.ResponseBytes;

    /// <summary>0 without an answer.</summary>
    internal ushort Status => layout.Status;

    internal HttpRole Role => layout.Role;

    internal string Method => HttpMethods.NameOf(layout.Method);

    /// <summary>Whether the answer did not come, or not to its last byte.</summary>
    internal bool IsAborted => layout.IsAborted != 0;

    /// <summary>The beginning of the request's first line; empty where it was not asked for.</summary>
    internal ReadOnlySpan<byte> Line => bytes.Slice(Unsafe.SizeOf<Layout>(), (int)layout.Line);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Layout
    {
        internal readonly RecordHead Head;
        internal readonly SocketOwner Owner;
        internal readonly SocketEnds Ends;
        internal readonly ulong Begun;
        internal readonly ulong First;
        internal readonly ulong Last;
        internal readonly ulong RequestBytes;
        internal readonly ulong ResponseBytes;
        internal readonly ushort Status;
        internal readonly HttpRole Role;
        internal readonly byte Method;
        internal readonly byte IsAborted;
        private readonly byte pad1;
        private readonly ushort pad2;
        internal readonly ulong Line;
    }
}
