using Coral.NodeAgent.Bpf;

namespace Coral.NodeAgent.Collectors.Syscalls;

/// <summary>The collector <c>syscall_stats</c>: system calls by control group and name, summed in the kernel. It sends no records.</summary>
internal sealed class SyscallCollector : Collector
{
    internal const string Name = "syscall_stats";

    private PerCpuTable<SyscallKey, SyscallSums>? table;

    /// <param name="hooks">By what it hears; without it the best that the kernel has.</param>
    internal SyscallCollector(SyscallHooks? hooks = null)
        : base(CollectorProgram.Open(Name)) => (hooks ?? SyscallHooks.Best).Select(Program);

    /// <summary>The sums so far.</summary>
    internal Dictionary<SyscallKey, SyscallSums> Sums() => table!.ReadSums();

    /// <summary>The last sums of a control group that was taken out of the map.</summary>
    internal event Action<SyscallKey, SyscallSums>? SumsParted;

    /// <inheritdoc/>
    internal override void Part(IReadOnlySet<ulong> groups)
    {
        base.Part(groups);
        foreach (var (key, sums) in table!.Take(key => groups.Contains(key.Group))) SumsParted?.Invoke(key, sums);
    }

    public override void Dispose()
    {
        table?.Dispose();
        base.Dispose();
    }

    private protected override void Started() => table = new PerCpuTable<SyscallKey, SyscallSums>(Program.Map("calls"), Program.Capacity("calls"), Cpus.Possible);

    private protected override void Take(in RecordHead head, ReadOnlySpan<byte> record)
    {
        // It has no records.
    }
}
