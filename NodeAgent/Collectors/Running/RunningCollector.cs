using System.Globalization;
using Coral.Audit.Events.Kernel;
using Coral.NodeAgent.Bpf;
using Coral.NodeAgent.Collectors.Accounting;
using Coral.NodeAgent.Collectors.Tcp;

namespace Coral.NodeAgent.Collectors.Running;

/// <summary>A collector at work in an engine, with the window that is open. One thread uses it.</summary>
internal sealed class RunningCollector
{
    private const int Chunk = 1024;
    private const int Percent = 100;

    // As many as the maps hold at once.
    private const int MostGone = 1024;

    private readonly CollectorContext context;
    private readonly TimeProvider time;
    private readonly Deltas<ulong, Counts> books = new();
    private readonly Action<SumsWindow>? report;
    private readonly PressureLadder ladder;
    private readonly long ringBytes;
    private long begun;
    private int gone;

    internal RunningCollector(Collector collector, CollectorContext context, TimeProvider time)
    {
        (Collector, this.context, this.time) = (collector, context, time);
        report = SumsReport.Of(collector, context);
        collector.BooksParted += (group, counts) =>
        {
            books.Part(group, counts);
            gone++;
        };
        begun = time.GetTimestamp();
        ladder = new PressureLadder(time);
        ringBytes = collector.Program.Capacity("ring");
    }

    internal Collector Collector { get; }

    internal string Name => Collector.Program.Name;

    /// <summary>How many control groups sent more than their rate in the last window.</summary>
    internal int Throttled { get; private set; }

    /// <summary>Whether so many control groups went since the window began that it must end: what is kept of them until then would else grow without bound.</summary>
    internal bool MustTell => gone >= MostGone;

    /// <summary>What is done because the ring fills faster than it is read.</summary>
    internal PressureStep Pressure => ladder.Step;

    /// <summary>Looks how full the ring is, and tells the programs and everybody when something must be done about it, or needs no more.</summary>
    /// <returns>Whether <see cref="Pressure"/> has changed.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    internal bool LookAtPressure(Action<string> say)
    {
        var full = (double)Collector.Program.Ring!.Waiting / ringBytes;
        if (!ladder.Look(full)) return false;
        Collector.Program.Control(PressureLadder.Control(ladder.Step));
        var pressure = new CollectorPressureEvent
        {
            Timestamp = time.GetUtcNow(),
            Origin = context.Origin,
            Name = Name,
            Step = PressureLadder.Word(ladder.Step),
            OneOf = PressureLadder.OneOf(ladder.Step),
            FullPercent = (long)(full * Percent),
        };
        say($"{Name}: its ring is full to {pressure.FullPercent} %: {pressure.Step}{(ladder.Step == PressureStep.Sampling ? $", one record of {pressure.OneOf} is sent" : "")}");
        context.TellAll(pressure);
        return true;
    }

    /// <summary>Reads what waits in the ring.</summary>
    internal void Drain(CancellationToken stop)
    {
        while (Collector.Drain(Chunk) == Chunk && !stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>Tells what came in the window that ends now.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    internal CollectorAccount EndWindow()
    {
        var window = new SumsWindow(time.GetUtcNow(), (long)time.GetElapsedTime(begun).TotalNanoseconds);
        begun = time.GetTimestamp();
        gone = 0;
        report?.Invoke(window);
        var account = Collector.Account();
        var gained = books.Next(account.Groups);
        Throttled = gained.Count(pair => pair.Value.LostRate > 0);
        SumsReport.Show(Name, gained, context, window);
        return account;
    }

    /// <summary>Detaches it, reads what is left, and tells the last window.</summary>
    /// <param name="say">Takes a line about all of it.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    internal CollectorAccount End(Action<string> say)
    {
        Collector.Refresh();
        Collector.Program.Detach();
        while (Collector.Drain(Chunk) > 0)
        {
        }

        var account = EndWindow();
        if (Collector is TcpCollector { NotEntered: > 0 and var closed }) say($"sockets of {closed} network namespaces were counted only when they ended: to look into these takes SYS_ADMIN");
        var total = account.Total;
        say(string.Create(
            CultureInfo.InvariantCulture,
            $"{Name} saw {total.Seen}: sent {total.Emitted}, summed {total.Aggregated}, left out {total.Filtered}, lost {total.LostRing} (ring full), {total.LostMap} (map full), {total.LostRate} (rate), {total.Error} errors{(total.Sampled > 0 ? $", {total.Sampled} left out under pressure" : "")}; read {account.Received}"));
        return account;
    }
}
