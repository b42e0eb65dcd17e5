using System.Collections.Immutable;
using Coral.NodeAgent.Bpf;
using Coral.NodeAgent.Collectors.Groups;
using Coral.NodeAgent.Native;
using Coral.NodeAgent.SystemFacts;

namespace Coral.NodeAgent.Collectors.Running;

/// <summary>
/// Runs collectors on one thread: loads them, follows control groups, reads the rings, refreshes, and hands all that is seen to its outputs. What <c>run</c>, <c>node</c>, <c>sidecar</c> and
/// <c>vm</c> have in common.
/// </summary>
/// <param name="options">What is asked for.</param>
/// <param name="outputs">Who gets it.</param>
/// <param name="say">Takes a line for people.</param>
/// <param name="time">The clock.</param>
internal sealed unsafe class CollectorEngine(EngineOptions options, ImmutableArray<ICollectorOutput> outputs, Action<string> say, TimeProvider time)
{
    /// <summary>It ran, until the end or until it was told to stop.</summary>
    internal const int Done = 0;

    /// <summary>What was asked for can't run; it was said.</summary>
    internal const int NotWell = 1;

    private const int Chunk = 1024;
    private const int LookMilliseconds = 50;

    // Live sockets are looked at so often; one that ends is counted at once.
    private static readonly TimeSpan BetweenRefreshes = TimeSpan.FromSeconds(10);

    // What is kept of control groups that are gone makes place so often.
    private static readonly TimeSpan BetweenParts = TimeSpan.FromSeconds(2);

    private readonly EngineBoard board = new(options.Collectors);
    private bool isFollowed;

    /// <summary>What its collectors are doing. Any thread may ask.</summary>
    internal ImmutableArray<CollectorStatus> Collectors => board.Collectors;

    /// <summary>As <see cref="Run"/>, on a thread of its own: it waits in the kernel.</summary>
    internal Task<int> RunAsync(CancellationToken stop) => Task.Factory.StartNew(() => Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Runs until it is told to stop, or as long as was asked for.</summary>
    /// <returns><see cref="Done"/> or <see cref="NotWell"/>.</returns>
    internal int Run(CancellationToken stop)
    {
        var collectors = new List<Collector>();
        try
        {
            BpfLog.Capture();
            return Run(collectors, stop);
        }
        catch (BpfException failure)
        {
            say($"{CollectorLoader.Text(failure)}; coral-agent probe says what this kernel allows");
            return NotWell;
        }
        catch (DllNotFoundException)
        {
            say($"{LibBpf.Library} is not installed: libbpf 1.0 or later (Debian: libbpf1)");
            return NotWell;
        }
        finally
        {
            foreach (var collector in collectors) collector.Dispose();
        }
    }

    private int Run(List<Collector> collectors, CancellationToken stop)
    {
        var table = new ControlGroupTable([.. HierarchyView.Widest()], time);
        using var watch = new GroupWatch(table);
        var identities = new Identities(table, () => isFollowed ? watch.Drain(Chunk) : 0, SystemReport.Read().BootId ?? "", options.Origin.Node ?? "", options.Workloads);
        var context = new CollectorContext(options.Origin, identities, new BootClock(time), outputs, options.OwnPodOnly ? group => watch.Own is { } own && group?.IsOfPodOf(own) == true : null);
        var loader = new CollectorLoader(options, board, say);
        if (!loader.Open(watch, context, collectors)) return NotWell;
        isFollowed = Follow(watch);
        if (options.OwnPodOnly && watch.Own is null)
        {
            const string Reason = "this kernel does not tell the control group of this process, so that what is its own pod's can't be told from the rest of the node";
            say($"no collectors: {Reason}");
            foreach (var name in options.Collectors) board.LeaveOut(name, Reason);
            return NotWell;
        }

        loader.Start(collectors);
        if (collectors.Count == 0)
        {
            say("none of the collectors can run here; coral-agent probe says what this kernel allows");
            return NotWell;
        }

        table.Scan();
        var running = collectors.Select(collector => new RunningCollector(collector, context, time)).ToList();
        Look(running, watch, table, context, stop);
        foreach (var collector in running)
        {
            Did(collector, () => End(collector));
            context.Flush();
        }

        return Done;
    }

    /// <summary>Whether the kernel tells of control groups; where not, their folders are read.</summary>
    private bool Follow(GroupWatch watch)
    {
        try
        {
            watch.Start(default);
            return true;
        }
        catch (BpfException failure)
        {
            say($"control groups are not followed, so that those of a second or less may stay without a name: {failure.Message}");
            return false;
        }
    }

    private void Look(List<RunningCollector> collectors, GroupWatch watch, ControlGroupTable table, CollectorContext context, CancellationToken stop)
    {
        var begun = time.GetTimestamp();
        var (refreshed, parted, windows) = (begun, begun, 0L);
        var rings = Rings(collectors, watch);
        while (collectors.Count > 0 && !stop.IsCancellationRequested && !(options.Length <= time.GetElapsedTime(begun)))
        {
            // Records wait in the ring until an eighth of it is full: the rest is fetched by looking.
            fixed (Libc.PollEntry* first = rings) _ = Libc.Poll(first, (nuint)rings.Length, LookMilliseconds);
            context.Clock.Adjust();
            var failed = 0;
            if (time.GetElapsedTime(refreshed) >= BetweenRefreshes)
            {
                refreshed = time.GetTimestamp();
                failed += collectors.RemoveAll(collector => !Did(collector, () => collector.Collector.Refresh()));
            }

            if (isFollowed) watch.Drain(Chunk);
            failed += collectors.RemoveAll(collector => !Did(collector, () => LookAtPressure(collector)));
            foreach (var collector in collectors) collector.Drain(stop);
            if (time.GetElapsedTime(parted) >= BetweenParts)
            {
                parted = time.GetTimestamp();
                failed += Part(collectors, table);
            }

            if (options.Window is { } window && (long)(time.GetElapsedTime(begun) / window) is var ended && ended > windows)
            {
                windows = ended;
                failed += collectors.RemoveAll(collector => !Did(collector, () => EndWindow(collector)));
            }

            failed += collectors.RemoveAll(collector => collector.MustTell && !Did(collector, () => EndWindow(collector)));
            if (failed > 0) rings = Rings(collectors, watch);
            context.Flush();
        }
    }

    /// <summary>Makes place in the maps of control groups that are gone.</summary>
    /// <returns>How many collectors failed.</returns>
    private int Part(List<RunningCollector> collectors, ControlGroupTable table)
    {
        if (!isFollowed) table.ScanForGone();
        var gone = table.TakeGone();
        if (gone.Count == 0) return 0;
        RunningPrograms.Await();
        return collectors.RemoveAll(collector => !Did(collector, () => collector.Collector.Part(gone)));
    }

    /// <summary>Whether it went well; else it was said, and the collector is detached.</summary>
    private bool Did(RunningCollector collector, Action what)
    {
        try
        {
            what();
            return true;
        }
        catch (BpfException failure) when (options.LeavesOut)
        {
            say($"{collector.Name} ends: {CollectorLoader.Text(failure)}");
            board.LeaveOut(collector.Name, CollectorLoader.Text(failure));
            collector.Collector.Program.Detach();
            return false;
        }
    }

    private void LookAtPressure(RunningCollector collector)
    {
        if (collector.LookAtPressure(say)) board.Change(collector.Name, status => status with { Pressure = collector.Pressure });
    }

    private void EndWindow(RunningCollector collector)
    {
        var account = collector.EndWindow();
        board.Change(collector.Name, status => status with { Account = account, Throttled = collector.Throttled });
    }

    private void End(RunningCollector collector)
    {
        var account = collector.End(say);
        board.Change(collector.Name, status => status with { State = CollectorState.Ended, Account = account });
    }

    private Libc.PollEntry[] Rings(List<RunningCollector> collectors, GroupWatch watch) =>
    [
        .. collectors.Select(collector => collector.Collector).Concat(isFollowed ? [watch] : Array.Empty<Collector>()).Select(collector => new Libc.PollEntry { Descriptor = collector.Program.Ring!.Descriptor, Wanted = 1 }),
    ];
}
