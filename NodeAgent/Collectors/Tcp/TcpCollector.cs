using System.Runtime.InteropServices;
using Coral.NodeAgent.Bpf;

namespace Coral.NodeAgent.Collectors.Tcp;

/// <summary>Takes a record of <c>tcp_metrics</c>. It lies in the ring: what is kept of it must be copied.</summary>
internal delegate void TcpTaken(in TcpRecord record);

/// <summary>
/// The collector <c>tcp_metrics</c>: what connections carried, by control group, and each one when it ends. What live sockets have carried is added by <see cref="Collector.Refresh"/>, in every network
/// namespace that can be entered.
/// </summary>
internal sealed class TcpCollector(TcpTaken taken) : Collector(CollectorProgram.Open(Name))
{
    internal const string Name = "tcp_metrics";

    private PerCpuTable<ulong, TcpSums>? table;

    /// <summary>Network namespaces that could not be entered the last time: the sockets in them are counted when they end.</summary>
    internal int NotEntered { get; private set; }

    /// <inheritdoc/>
    internal override void Refresh() => NotEntered = NetworkNamespaces.InEach(() => Iterators.Run(Program.Link("sweep")));

    /// <summary>The sums of each control group.</summary>
    internal Dictionary<ulong, TcpSums> Sums() => table!.ReadSums();

    /// <summary>The last sums of a control group that was taken out of the map.</summary>
    internal event Action<ulong, TcpSums>? SumsParted;

    /// <inheritdoc/>
    internal override void Part(IReadOnlySet<ulong> groups)
    {
        base.Part(groups);
        foreach (var (key, sums) in table!.Take(groups.Contains)) SumsParted?.Invoke(key, sums);
    }

    public override void Dispose()
    {
        table?.Dispose();
        base.Dispose();
    }

    private protected override void Started()
    {
        table = new PerCpuTable<ulong, TcpSums>(Program.Map("sums"), Program.Capacity("sums"), Cpus.Possible);
        // What stands already is taken note of, so that its past is not counted.
        Refresh();
    }

    private protected override void Take(in RecordHead head, ReadOnlySpan<byte> record) => taken(in MemoryMarshal.AsRef<TcpRecord>(record));
}
