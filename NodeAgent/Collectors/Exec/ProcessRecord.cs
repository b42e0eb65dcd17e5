using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Collectors.Exec;

/// <summary>What a record of <c>exec</c> tells (<c>KIND_</c> of bpf/exec/exec.bpf.c).</summary>
internal enum ProcessRecordKind : uint
{
    Fork = 1,
    Exec = 2,
    Exit = 3,
}

/// <summary>A record of <c>exec</c>, in place.</summary>
internal readonly ref struct ProcessRecord
{
    private readonly ReadOnlySpan<byte> bytes;
    private readonly ref readonly Layout layout;

    internal ProcessRecord(ReadOnlySpan<byte> bytes)
    {
        this.bytes = bytes;
        layout = ref MemoryMarshal.AsRef<Layout>(bytes);
    }

    internal ref readonly RecordHead Head => ref layout.Head;

    internal ProcessRecordKind Kind => (ProcessRecordKind)layout.Head.Kind;

    /// <summary>When the process was made, nanoseconds since the machine's start.</summary>
    internal ulong Start => layout.Start;

    internal ulong ParentStart => layout.ParentStart;

    internal int Pid => layout.Pid;

    internal int ParentPid => layout.Parent;

    internal uint User => layout.User;

    /// <summary>How it ended, as wait(2) gives it.</summary>
    internal uint Status => layout.Status;

    /// <summary>Its short name.</summary>
    internal ReadOnlySpan<byte> Name => UpToZero(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in layout.Name, 1)));

    internal ReadOnlySpan<byte> ParentName => UpToZero(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in layout.ParentName, 1)));

    /// <summary>The path of the program as it was asked for; empty where it could not be read.</summary>
    internal ReadOnlySpan<byte> Path => UpToZero(bytes.Slice(Unsafe.SizeOf<Layout>(), (int)layout.PathSize));

    /// <summary>The arguments, each with a zero behind it; the last may be cut.</summary>
    internal ReadOnlySpan<byte> Arguments => bytes.Slice(Unsafe.SizeOf<Layout>() + (int)layout.PathSize, (int)layout.ArgumentsSize);

    /// <summary>How many arguments the program was given.</summary>
    internal int ArgumentCount => layout.ArgumentCount;

    /// <summary>How long all of them are, with their zeros.</summary>
    internal uint ArgumentBytes => layout.ArgumentBytes;

    private static ReadOnlySpan<byte> UpToZero(ReadOnlySpan<byte> text) => text.IndexOf((byte)0) is >= 0 and var end ? text[..end] : text;

    /// <summary><c>comm</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct ShortName
    {
        private readonly ulong first;
        private readonly ulong second;
    }

    /// <summary><c>struct process</c> of bpf/exec/exec.bpf.c.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Layout
    {
        internal readonly RecordHead Head;
        internal readonly ulong Start;
        internal readonly ulong ParentStart;
        internal readonly int Pid;
        internal readonly int Parent;
        internal readonly uint User;
        internal readonly uint Status;
        internal readonly ShortName Name;
        internal readonly ShortName ParentName;
        internal readonly int ArgumentCount;
        internal readonly uint ArgumentBytes;
        internal readonly uint PathSize;
        internal readonly uint ArgumentsSize;
    }
}
