using System.Globalization;
using Coral.NodeAgent.Bpf;

namespace Coral.NodeAgent.Collectors.Running;

/// <summary>Opens, budgets and starts the collectors of an engine; what is refused is left out or ends it, as was asked.</summary>
/// <param name="options">What was asked.</param>
/// <param name="board">Takes what became of each.</param>
/// <param name="say">Takes a line for people.</param>
internal sealed class CollectorLoader(EngineOptions options, EngineBoard board, Action<string> say)
{
    /// <summary>Opens each, and says what its maps will take before the kernel is asked for it.</summary>
    /// <param name="first">What is loaded besides and before them.</param>
    /// <param name="context">What they have in common.</param>
    /// <param name="opened">Takes each that is opened; it is the caller's from then on.</param>
    /// <returns>Whether it fits what may be taken; else that was said.</returns>
    /// <exception cref="BpfException">One was built without its programs.</exception>
    internal bool Open(Collector first, CollectorContext context, List<Collector> opened)
    {
        var total = Tell(first);
        foreach (var name in options.Collectors)
        {
            var collector = LiveCollectors.Open(name, options, context);
            opened.Add(collector);
            var bytes = Tell(collector);
            board.Change(name, status => status with { MemoryBytes = bytes });
            if (options.LeavesOut && total + bytes > options.MaxMemory)
            {
                Refuse(collector, opened, $"it needs {Kib(bytes)} of the kernel's memory, and {Kib(options.MaxMemory - total)} of {Kib(options.MaxMemory)} are left");
                continue;
            }

            total += bytes;
        }

        if (total <= options.MaxMemory) return true;
        say($"these collectors need {Kib(total)} of the kernel's memory and --max-memory is {Kib(options.MaxMemory)}: ask for fewer or allow more; nothing was loaded");
        return false;
    }

    /// <summary>Loads and attaches each; those that are left out are disposed and taken from the list.</summary>
    /// <exception cref="BpfException">The kernel refused one that must not be left out.</exception>
    internal void Start(List<Collector> collectors)
    {
        foreach (var collector in collectors.ToArray())
        {
            try
            {
                collector.Start(CollectorSettings.Rate(options.Rate));
                board.Change(collector.Program.Name, status => status with { State = CollectorState.Running, RingBytes = collector.Program.Capacity("ring"), Programs = [.. collector.Program.Programs] });
            }
            catch (BpfException failure) when (options.LeavesOut)
            {
                Refuse(collector, collectors, Text(failure));
            }
            catch (BpfException failure)
            {
                board.LeaveOut(collector.Program.Name, Text(failure));
                throw new BpfException($"{collector.Program.Name}: {failure.Message[..failure.Message.LastIndexOf(':')]}", failure.Errno, failure.FirstLine) { ByVerifier = failure.ByVerifier };
            }
        }
    }

    /// <summary>What went wrong, with what the kernel said of it.</summary>
    internal static string Text(BpfException failure) => $"{failure.Message}{(failure.FirstLine is { } line ? $" ({line})" : "")}";

    private void Refuse(Collector collector, List<Collector> collectors, string reason)
    {
        say($"without {collector.Program.Name}: {reason}");
        board.LeaveOut(collector.Program.Name, reason);
        collectors.Remove(collector);
        collector.Dispose();
    }

    private long Tell(Collector collector)
    {
        var budget = collector.Program.Budget;
        say($"{budget.Collector} takes at most {Kib(budget.Total)} of the kernel's memory: {string.Join(", ", budget.Maps.OrderByDescending(map => map.Bytes).Select(map => $"{map.Map} {Kib(map.Bytes)}"))}");
        return budget.Total;
    }

    private static string Kib(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{(bytes + 1023) / 1024} KiB");
}
