using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Coral.NodeAgent.Bpf;
using Coral.NodeAgent.SystemFacts;
using Microsoft.Win32.SafeHandles;

namespace Coral.NodeAgent.Collectors.Syscalls;

/// <summary>
/// How <c>syscall_stats</c> hears of system calls. Since the programs of their typed tracepoints may sleep, a task may be preempted in one, and while it waits the kernel calls that program for no other task on
/// the processor: seen with Linux 7.2. Up to 6.18 they run with preemption off (include/trace/bpf_probe.h). The perf events of the same tracepoints still do (include/trace/perf.h), so that no call is missed,
/// and cost somewhat more.
/// </summary>
internal sealed class SyscallHooks
{
    // What lies between 6.18 and 7.2 was not looked at: it costs more there than it may have to, and misses nothing.
    private static readonly Version PreemptedFrom = new(7, 0);

    private readonly ImmutableArray<(string Program, string Tracepoint)> programs;
    private readonly bool byEvents;

    private SyscallHooks(bool byEvents, params ImmutableArray<(string Program, string Tracepoint)> programs) => (this.byEvents, this.programs) = (byEvents, programs);

    /// <summary>On any kernel.</summary>
    internal static SyscallHooks Typed { get; } = new(false, ("entered", "raw_syscalls/sys_enter"), ("left", "raw_syscalls/sys_exit"));

    /// <summary>They need tracefs, which is read even where it is not mounted if the agent may mount it for itself, and <c>perf_event_open</c>.</summary>
    internal static SyscallHooks Events { get; } = new(true, ("entered_event", "raw_syscalls/sys_enter"), ("left_event", "raw_syscalls/sys_exit"));

    /// <summary>What misses nothing on the running kernel, as far as it is allowed; of that what costs least.</summary>
    internal static SyscallHooks Best { get; } = IsPreempted(Environment.OSVersion.Version, SystemFile.Text("/", "proc/sys/kernel/version") ?? "") && Events.IsThere ? Events : Typed;

    /// <summary>Whether they can be had here.</summary>
    internal bool IsThere
    {
        get
        {
            try
            {
                foreach (var one in Open()) one.Event.Dispose();
                return true;
            }
            catch (BpfException)
            {
                return false;
            }
        }
    }

    /// <summary>Whether a task may be preempted in the tracepoints of system calls.</summary>
    /// <param name="kernel">The kernel's version.</param>
    /// <param name="build">What <c>uname -v</c> says, such as <c>#1 SMP PREEMPT_DYNAMIC</c>: which of the models that allows was chosen at boot is not seen from outside.</param>
    internal static bool IsPreempted(Version kernel, string build) => kernel >= PreemptedFrom && build.Contains("PREEMPT", StringComparison.Ordinal);

    /// <summary>Lets only these programs be loaded, of those that there are for either way.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    internal void Select(CollectorProgram program)
    {
        foreach (var (other, _) in (this == Typed ? Events : Typed).programs) program.LeaveOut(other);
        foreach (var (name, perfEvent) in Open()) program.AttachTo(name, perfEvent);
    }

    private List<(string Program, SafeFileHandle Event)> Open()
    {
        var opened = new List<(string Program, SafeFileHandle Event)>();
        if (!byEvents) return opened;
        ExceptionDispatchInfo? failure = null;
        // Where tracefs must be mounted, that is so for the thread that does it, and ends with it.
        var thread = new Thread(() =>
        {
            try
            {
                foreach (var (program, tracepoint) in programs) opened.Add((program, PerfEvents.OfTracepoint(TraceFs.NumberOf(tracepoint))));
            }
            catch (BpfException refused)
            {
                failure = ExceptionDispatchInfo.Capture(refused);
            }
        });
        thread.Start();
        thread.Join();
        if (failure is null) return opened;
        foreach (var (_, perfEvent) in opened) perfEvent.Dispose();
        failure.Throw();
        return [];
    }
}
