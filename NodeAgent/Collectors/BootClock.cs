using System.Runtime.InteropServices;
using Coral.NodeAgent.Bpf;
using Coral.NodeAgent.Native;

namespace Coral.NodeAgent.Collectors;

/// <summary>Turns the kernel's time since the machine's start into the time of day. The clock may be set meanwhile: <see cref="Adjust"/> takes notice. Not thread safe.</summary>
internal sealed unsafe class BootClock
{
    private const int Boottime = 7;
    private const long NanosecondsPerTick = 100;

    private readonly TimeProvider time;
    private DateTimeOffset start;

    internal BootClock(TimeProvider time)
    {
        this.time = time;
        Adjust();
    }

    /// <summary>Compares both clocks anew.</summary>
    internal void Adjust() => start = time.GetUtcNow() - TimeSpan.FromTicks((long)Now() / NanosecondsPerTick);

    /// <summary>The time of day, to 100 nanoseconds.</summary>
    internal DateTimeOffset At(ulong nanoseconds) => start.AddTicks((long)nanoseconds / NanosecondsPerTick);

    /// <summary>The other way, for a time that <see cref="At"/> has made since the clocks were compared.</summary>
    internal ulong Of(DateTimeOffset at) => (ulong)Math.Max(0, (at - start).Ticks) * (ulong)NanosecondsPerTick;

    /// <summary>Nanoseconds since the machine's start, with what it slept.</summary>
    internal static ulong Now()
    {
        var parts = stackalloc long[2];
        if (Libc.GetClock(Boottime, parts) != 0) throw new BpfException("clock_gettime", Marshal.GetLastPInvokeError());
        return ((ulong)parts[0] * 1_000_000_000) + (ulong)parts[1];
    }
}
