using System.Runtime.InteropServices;
using Coral.NodeAgent.Native;

namespace Coral.NodeAgent.Bpf;

/// <summary>Reads a hash map whose values each CPU has for itself and consist of 64-bit counters alone, whole and in few calls, into memory that it keeps. Not thread safe.</summary>
internal sealed unsafe class PerCpuTable<TKey, TValue> : IDisposable
    where TKey : unmanaged
    where TValue : unmanaged
{
    private readonly int map;
    private readonly int capacity;
    private readonly int cpus;
    private readonly int stride;
    private readonly TKey* keys;
    private readonly byte* values;

    /// <param name="map">Its descriptor.</param>
    /// <param name="capacity">The map's.</param>
    /// <param name="cpus">How many CPUs there can be.</param>
    internal PerCpuTable(int map, int capacity, int cpus)
    {
        (this.map, this.capacity, this.cpus) = (map, capacity, cpus);
        stride = ((sizeof(TValue) + 7) & ~7) * cpus;
        keys = (TKey*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)sizeof(TKey));
        values = (byte*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)stride);
    }

    /// <summary>Reads all entries that are there, each the sum over all CPUs.</summary>
    /// <exception cref="BpfException">The kernel refused, such as before Linux 5.6.</exception>
    internal Dictionary<TKey, TValue> ReadSums()
    {
        var found = Read();
        var sums = new Dictionary<TKey, TValue>(found);
        for (var entry = 0; entry < found; entry++) sums[keys[entry]] = Sum(entry);
        return sums;
    }

    /// <summary>Reads entries a last time, each the sum over all CPUs, and deletes them. No program may write to them any more: what it adds later is lost.</summary>
    /// <param name="which">Whether an entry is one of them.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    internal List<KeyValuePair<TKey, TValue>> Take(Func<TKey, bool> which)
    {
        var taken = new List<KeyValuePair<TKey, TValue>>();
        var found = Read();
        for (var entry = 0; entry < found; entry++)
        {
            if (!which(keys[entry])) continue;
            var result = LibBpf.MapDelete(map, keys + entry);
            if (result != 0) throw new BpfException("delete from map", -result);
            taken.Add(new(keys[entry], Sum(entry)));
        }

        return taken;
    }

    public void Dispose()
    {
        NativeMemory.Free(keys);
        NativeMemory.Free(values);
    }

    private int Read()
    {
        var found = 0;
        ulong place = 0;
        for (var isFirst = true; found < capacity; isFirst = false)
        {
            var count = (uint)(capacity - found);
            var result = LibBpf.MapLookupBatch(map, isFirst ? null : &place, &place, keys + found, values + ((long)found * stride), &count, null);
            if (result is 0 or -Errno.ENOENT) found += (int)count;
            if (result == -Errno.ENOENT) return found;
            if (result != 0) throw new BpfException("read map", -result);
        }

        return found;
    }

    private TValue Sum(int entry)
    {
        TValue sum = default;
        var counters = sizeof(TValue) / sizeof(ulong);
        for (var cpu = 0; cpu < cpus; cpu++)
        {
            var value = (ulong*)(values + ((long)entry * stride) + ((long)cpu * (stride / cpus)));
            for (var at = 0; at < counters; at++) ((ulong*)&sum)[at] += value[at];
        }

        return sum;
    }
}
