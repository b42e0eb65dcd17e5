using Coral.NodeAgent.Bpf;

namespace Coral.NodeAgent.Collectors.Http;

/// <summary>Takes a record of <c>http_latency</c>. It lies in the ring: what is kept of it must be copied.</summary>
internal delegate void HttpTaken(HttpRecord record);

/// <summary>
/// The collector <c>http_latency</c>: requests on TCP sockets by control group, side, method, status and port, summed in the kernel. Records are only of those that are slow, failed on the server's side
/// or were aborted, and without a path; of all, with their paths, where that is asked for.
/// </summary>
internal sealed class HttpCollector : Collector
{
    internal const string Name = "http_latency";

    private const string Constants = ".rodata.http";
    private const string Lines = "lines";

    private readonly HttpTaken taken;
    private PerCpuTable<HttpKey, HttpSums>? table;

    /// <param name="hasRecords">Whether each request has a record with its path.</param>
    /// <param name="taken">Takes them.</param>
    /// <param name="hooks">By what it hears; without it the best that the kernel has.</param>
    internal HttpCollector(bool hasRecords, HttpTaken taken, HttpHooks? hooks = null)
        : base(CollectorProgram.Open(Name))
    {
        this.taken = taken;
        Program.SetConstants(Constants, new HttpSettings { Calls = HttpCalls.OfThisMachine(), SlowNanoseconds = (ulong)Slow.TotalNanoseconds, HasRecords = hasRecords ? 1UL : 0 });
        if (!hasRecords) Program.SetCapacity(Lines, 1);
        (hooks ?? HttpHooks.Best).Select(Program);
    }

    /// <summary>From how long on a request has a record without being asked for.</summary>
    internal static TimeSpan Slow { get; } = TimeSpan.FromSeconds(1);

    /// <summary>The sums so far.</summary>
    internal Dictionary<HttpKey, HttpSums> Sums() => table!.ReadSums();

    /// <summary>The last sums of a control group that was taken out of the map.</summary>
    internal event Action<HttpKey, HttpSums>? SumsParted;

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

    private protected override void Started() => table = new PerCpuTable<HttpKey, HttpSums>(Program.Map("sums"), Program.Capacity("sums"), Cpus.Possible);

    private protected override void Take(in RecordHead head, ReadOnlySpan<byte> record) => taken(new HttpRecord(record));
}
