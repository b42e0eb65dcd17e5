using System.Collections.Immutable;
using Coral.NodeAgent.Bpf;

namespace Coral.NodeAgent.Collectors.Accounting;

/// <summary>Reads the books that the hooks keep. Not thread safe.</summary>
internal sealed unsafe class AccountReader : IDisposable
{
    private const ulong NoPlace = 0;

    private readonly CollectorProgram program;
    private readonly PerCpuTable<ulong, Counts> table;
    private readonly ulong[] tries = new ulong[Cpus.Possible];
    private readonly Counts[] rest = new Counts[Cpus.Possible];
    private Counts gone;

    internal AccountReader(CollectorProgram program)
    {
        this.program = program;
        table = new PerCpuTable<ulong, Counts>(program.Map("counts"), program.Capacity("counts"), Cpus.Possible);
    }

    /// <exception cref="BpfException">The kernel refused.</exception>
    internal CollectorAccount Read(Sequences sequences)
    {
        var groups = ImmutableSortedDictionary.CreateBuilder<ulong, Counts>();
        groups.AddRange(table.ReadSums());
        ReadFirst("rest", rest);
        var others = rest.Aggregate(default(Counts), (sum, counts) => sum + counts);
        // While a task waits that was preempted in a program (SyscallHooks), the program is not called for others on that processor. The kernel counts these; of whom they were nobody knows.
        var missed = program.Programs.Aggregate(0UL, (sum, one) => sum + one.RecursionMisses);
        others += new Counts { Seen = missed, Error = missed };
        // Sockets whose group is not known have an entry under the same number.
        if (others.Seen > 0) groups[NoPlace] = others + groups.GetValueOrDefault(NoPlace);
        ReadFirst("tries", tries);
        return new CollectorAccount(groups.ToImmutable(), gone, sequences.TotalReceived, sequences.Gaps, tries.Aggregate(0UL, (sum, number) => sum + number));
    }

    /// <summary>Takes the books of groups that are gone out of the map; they stay in <see cref="CollectorAccount.Gone"/>.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    internal List<KeyValuePair<ulong, Counts>> Part(IReadOnlySet<ulong> groups)
    {
        var parted = table.Take(groups.Contains);
        foreach (var (_, counts) in parted) gone += counts;
        return parted;
    }

    public void Dispose() => table.Dispose();

    private void ReadFirst<T>(string map, T[] values)
        where T : unmanaged
    {
        var first = 0;
        fixed (T* to = values)
        {
            var result = LibBpf.MapLookup(program.Map(map), &first, to);
            if (result != 0) throw new BpfException($"read {map}", -result);
        }
    }
}
