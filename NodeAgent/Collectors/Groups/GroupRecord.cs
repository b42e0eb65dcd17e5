using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Coral.NodeAgent.Collectors.Groups;

/// <summary>A record of <c>groups</c> (<c>struct change</c> of bpf/groups/groups.bpf.c), in place.</summary>
internal readonly ref struct GroupRecord
{
    internal const uint KindMade = 1;
    internal const uint KindRemoved = 2;

    private readonly ReadOnlySpan<byte> bytes;
    private readonly ref readonly Layout layout;

    internal GroupRecord(ReadOnlySpan<byte> bytes)
    {
        this.bytes = bytes;
        layout = ref MemoryMarshal.AsRef<Layout>(bytes);
    }

    internal uint Kind => layout.Head.Kind;

    internal ulong Id => layout.Head.Group;

    internal int Hierarchy => layout.Hierarchy;

    /// <summary>Below the root of its hierarchy. Allocates.</summary>
    internal string Path => Encoding.UTF8.GetString(bytes.Slice(Unsafe.SizeOf<Layout>(), (int)layout.PathSize)).TrimEnd('\0');

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Layout
    {
        internal readonly RecordHead Head;
        internal readonly int Hierarchy;
        internal readonly uint PathSize;
    }
}
