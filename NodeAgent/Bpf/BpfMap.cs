using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Bpf;

/// <summary>A map as its object describes it.</summary>
/// <param name="Name">Its name, or that of its section.</param>
/// <param name="Kind">The number of its type (<c>enum bpf_map_type</c>).</param>
/// <param name="KeySize">Bytes of a key.</param>
/// <param name="ValueSize">Bytes of a value, of one CPU where each has its own.</param>
/// <param name="Entries">How many it holds at most; of a ring buffer its bytes.</param>
/// <param name="Flags">With what it is made.</param>
internal readonly record struct BpfMap(string Name, int Kind, long KeySize, long ValueSize, long Entries, uint Flags)
{
    internal const int Hash = 1;
    internal const int Array = 2;
    internal const int PerCpuHash = 5;
    internal const int PerCpuArray = 6;
    internal const int LruHash = 9;
    internal const int SocketStorage = 24;
    internal const int RingBuffer = 27;
    internal const int TaskStorage = 29;

    internal static unsafe BpfMap Of(nint map) => new(
        Marshal.PtrToStringUTF8((nint)LibBpf.MapName(map)) ?? "", LibBpf.MapType(map), LibBpf.MapKeySize(map), LibBpf.MapValueSize(map), LibBpf.MapEntries(map), LibBpf.MapFlags(map));
}
