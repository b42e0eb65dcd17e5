using System.Collections.Immutable;
using Coral.NodeAgent.Bpf;

namespace Coral.NodeAgent.Collectors;

/// <summary>What a collector's maps take of the kernel's memory at most, by their sizes, which are fixed.</summary>
/// <param name="Collector">Its name.</param>
/// <param name="Maps">Bytes of each map.</param>
internal sealed record MemoryBudget(string Collector, ImmutableArray<(string Map, long Bytes)> Maps)
{
    // include/linux/bpf.h and kernel/bpf/hashtab.c of 6.18, where map_mem_usage says the same.
    private const int HashElement = 48;
    private const int HashBucket = 16;
    private const int Pointer = 8;
    private const int MapItself = 1024;
    private const int Page = 4096;
    private const uint Mappable = 1 << 10;
    private const int PagesOfRing = 3;
    private const int StorageElement = 64;
    private const int CountedOwners = 4096;

    /// <summary>All together.</summary>
    internal long Total => Maps.Sum(map => map.Bytes);

    /// <param name="collector">Its name.</param>
    /// <param name="maps">As the object describes them.</param>
    /// <param name="cpus">How many CPUs there can be.</param>
    internal static MemoryBudget Of(string collector, IEnumerable<BpfMap> maps, int cpus) => new(collector, [.. maps.Select(map => (map.Name, MapItself + Bytes(map, cpus)))]);

    private static long Bytes(BpfMap map, int cpus) => map.Kind switch
    {
        BpfMap.Hash => ((map.Entries + cpus) * (HashElement + Eight(map.KeySize) + Eight(map.ValueSize))) + Buckets(map),
        BpfMap.LruHash => (map.Entries * (HashElement + Eight(map.KeySize) + Eight(map.ValueSize))) + Buckets(map),
        BpfMap.PerCpuHash => (map.Entries * (HashElement + Eight(map.KeySize) + Pointer + (Eight(map.ValueSize) * cpus))) + Buckets(map),
        BpfMap.PerCpuArray => map.Entries * (Pointer + (Eight(map.ValueSize) * cpus)),
        BpfMap.RingBuffer => map.Entries + (PagesOfRing * Page) + (map.Entries / Page * 2 * Pointer),
        BpfMap.SocketStorage or BpfMap.TaskStorage => StoragePart(map),
        // Arrays. Those of variables can be mapped: whole pages, and one in front.
        _ => Up(map.Entries * Eight(map.ValueSize), Page) + ((map.Flags & Mappable) == 0 ? 0 : Page),
    };

    /// <summary>It grows with the sockets or threads of the machine, and only while they live: so many are counted.</summary>
    private static long StoragePart(BpfMap map) => CountedOwners * (StorageElement + Eight(map.ValueSize));

    private static long Buckets(BpfMap map) => HashBucket * (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)map.Entries);

    private static long Eight(long bytes) => Up(bytes, 8);

    private static long Up(long bytes, long unit) => (bytes + unit - 1) / unit * unit;
}
