using System.Collections.Immutable;

namespace Coral.Policies.Rules.Running;

/// <summary>
/// The types of facts that sessions have seen. Read for each fact, written for each new type: a table of slots that is replaced as a whole, with no lock for readers.
/// </summary>
internal sealed class TypeTable(ImmutableArray<AlphaNode> alphas)
{
    private readonly Lock guard = new();
    private volatile FactType?[] slots = new FactType?[64];
    private int count;

    internal int Count => Volatile.Read(ref count);

    internal FactType Get(Type type)
    {
        var table = slots;
        for (var i = Hash(type); ; i++)
        {
            var slot = table[i & (table.Length - 1)];
            if (slot is null) return Add(type);
            if (ReferenceEquals(slot.Type, type)) return slot;
        }
    }

    private FactType Add(Type type)
    {
        lock (guard)
        {
            var known = slots.FirstOrDefault(slot => slot?.Type == type);
            if (known is not null) return known;
            var added = new FactType(type, count, [.. alphas.Where(alpha => alpha.Type.IsAssignableFrom(type))]);
            // At most half full, so that a search ends soon.
            var table = new FactType?[2 * (count + 1) > slots.Length ? 2 * slots.Length : slots.Length];
            foreach (var one in slots.Append(added))
            {
                if (one is not null) Put(table, one);
            }

            slots = table;
            Volatile.Write(ref count, count + 1);
            return added;
        }
    }

    /// <summary>By address of what describes the type: cheaper than a hash code that is asked of the runtime.</summary>
    private static int Hash(Type type) => (int)((ulong)type.TypeHandle.Value * 0x9E3779B97F4A7C15 >> 40);

    private static void Put(FactType?[] table, FactType type)
    {
        var at = Hash(type.Type) & (table.Length - 1);
        while (table[at] is not null) at = (at + 1) & (table.Length - 1);
        table[at] = type;
    }
}
