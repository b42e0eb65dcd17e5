using System.Numerics;

namespace Coral.Policies.Nodes;

/// <summary>Sets of nodes as bits, one a node, in the order of the index. All spans of one index have the same length.</summary>
internal static class NodeBits
{
    public static int Words(int nodes) => (nodes + 63) / 64;

    public static void Add(this Span<ulong> bits, int node) => bits[node / 64] |= 1UL << (node % 64);

    public static void Remove(this Span<ulong> bits, int node) => bits[node / 64] &= ~(1UL << (node % 64));

    public static bool Has(this ReadOnlySpan<ulong> bits, int node) => (bits[node / 64] & (1UL << (node % 64))) != 0;

    public static void Unite(this Span<ulong> bits, ReadOnlySpan<ulong> others)
    {
        for (var word = 0; word < bits.Length; word++) bits[word] |= others[word];
    }

    public static void Intersect(this Span<ulong> bits, ReadOnlySpan<ulong> others)
    {
        for (var word = 0; word < bits.Length; word++) bits[word] &= others[word];
    }

    public static bool Meets(this ReadOnlySpan<ulong> bits, ReadOnlySpan<ulong> others)
    {
        for (var word = 0; word < bits.Length; word++)
        {
            if ((bits[word] & others[word]) != 0) return true;
        }

        return false;
    }

    public static bool IsWithin(this ReadOnlySpan<ulong> bits, ReadOnlySpan<ulong> others)
    {
        for (var word = 0; word < bits.Length; word++)
        {
            if ((bits[word] & ~others[word]) != 0) return false;
        }

        return true;
    }

    public static int Count(this ReadOnlySpan<ulong> bits)
    {
        var count = 0;
        foreach (var word in bits) count += BitOperations.PopCount(word);
        return count;
    }
}
