using System.Runtime.InteropServices;
using Coral.NodeAgent.Bpf;
using Coral.NodeAgent.Collectors.Accounting;

namespace Coral.NodeAgent.Collectors;

/// <summary>A collector at work: its programs, and what reads them. One thread uses it.</summary>
internal abstract class Collector : IRecordSink, IDisposable
{
    private readonly Sequences sequences = new(Cpus.Possible);
    private AccountReader? accounts;

    private protected Collector(CollectorProgram program) => Program = program;

    /// <summary>Its programs.</summary>
    internal CollectorProgram Program { get; }

    /// <summary>Loads and attaches it.</summary>
    /// <exception cref="BpfException">The kernel refused something.</exception>
    internal void Start(CollectorSettings settings)
    {
        Program.Start(settings);
        accounts = new AccountReader(Program);
        Started();
    }

    /// <summary>Takes what waits in the ring.</summary>
    /// <returns>How many records there were, at most <paramref name="most"/>.</returns>
    internal int Drain(int most) => Program.Ring!.Drain(this, most);

    /// <summary>Brings what is read from time to time up to date.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    internal virtual void Refresh()
    {
    }

    /// <summary>Takes what the maps keep of control groups that are gone, so that there is a place for others. <see cref="BooksParted"/> hears of each.</summary>
    /// <param name="groups">Which; no program may be running that was called before they were gone (<see cref="RunningPrograms"/>).</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    internal virtual void Part(IReadOnlySet<ulong> groups)
    {
        foreach (var (group, counts) in accounts!.Part(groups)) BooksParted?.Invoke(group, counts);
    }

    /// <summary>The last books of a control group that was taken out of the map.</summary>
    internal event Action<ulong, Counts>? BooksParted;

    /// <summary>What became of everything that its hooks have seen so far.</summary>
    internal CollectorAccount Account() => accounts!.Read(sequences);

    /// <inheritdoc/>
    void IRecordSink.Take(ReadOnlySpan<byte> record)
    {
        ref readonly var head = ref MemoryMarshal.AsRef<RecordHead>(record);
        sequences.Received(head);
        Take(head, record);
    }

    public virtual void Dispose()
    {
        accounts?.Dispose();
        Program.Dispose();
    }

    /// <summary>One record with its head, in place.</summary>
    private protected abstract void Take(in RecordHead head, ReadOnlySpan<byte> record);

    /// <summary>Opens what is read besides the ring.</summary>
    private protected virtual void Started()
    {
    }
}
