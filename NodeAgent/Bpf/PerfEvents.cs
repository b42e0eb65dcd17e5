using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Coral.NodeAgent.Native;
using Microsoft.Win32.SafeHandles;

namespace Coral.NodeAgent.Bpf;

/// <summary>Opens perf events for the whole system (perf_event_open(2)): a clock, a counter, a tracepoint, a probe of a function. Throws <see cref="BpfException"/>.</summary>
internal static unsafe class PerfEvents
{
    private const uint Hardware = 0;
    private const uint Software = 1;
    private const uint Tracepoint = 2;
    private const int CloseOnExec = 8;
    private const ulong MicrosecondsBetweenSamples = 1000;

    /// <summary>The clock of a CPU, a sample each millisecond.</summary>
    internal static SafeFileHandle CpuClock() => Open(new Attributes { Type = Software, SamplePeriod = MicrosecondsBetweenSamples * 1000 });

    /// <summary>The processor's counter of cycles.</summary>
    internal static SafeFileHandle Cycles() => Open(new Attributes { Type = Hardware, SamplePeriod = 1_000_000 });

    /// <summary>A tracepoint of tracefs.</summary>
    internal static SafeFileHandle OfTracepoint(ulong id) => Open(new Attributes { Type = Tracepoint, Config = id, SamplePeriod = 1 });

    /// <summary>The entry or the return of a kernel function.</summary>
    internal static SafeFileHandle OfKernelFunction(string name, bool atReturn)
    {
        fixed (byte* function = Encoding.UTF8.GetBytes(name + '\0')) return Open(Probe("kprobe", (ulong)(nint)function, 0, atReturn));
    }

    /// <summary>The entry or the return of a function of a program file, in every process.</summary>
    internal static SafeFileHandle OfFileOffset(string file, ulong offset, bool atReturn)
    {
        fixed (byte* path = Encoding.UTF8.GetBytes(file + '\0')) return Open(Probe("uprobe", (ulong)(nint)path, offset, atReturn));
    }

    private static Attributes Probe(string device, ulong where, ulong offset, bool atReturn)
    {
        var folder = $"/sys/bus/event_source/devices/{device}";
        if (!File.Exists($"{folder}/type")) throw new BpfException($"attach: {folder}/type", Errno.ENOENT);
        var type = uint.Parse(File.ReadAllText($"{folder}/type"), CultureInfo.InvariantCulture);
        // "config:N": the bit that says return.
        var bit = int.Parse(File.ReadAllText($"{folder}/format/retprobe").AsSpan("config:".Length), CultureInfo.InvariantCulture);
        return new Attributes { Type = type, Config = atReturn ? 1UL << bit : 0, Config1 = where, Config2 = offset };
    }

    private static SafeFileHandle Open(Attributes attributes)
    {
        attributes.Size = (uint)sizeof(Attributes);
        var descriptor = Libc.Syscall(Libc.SysPerfEventOpen, (nint)(&attributes), -1, 0, -1, CloseOnExec);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw new BpfException("attach: perf_event_open", Marshal.GetLastPInvokeError());
    }

    /// <summary><c>struct perf_event_attr</c> as of Linux 4.1 (112 bytes); later kernels take the rest for zero.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 112)]
    private struct Attributes
    {
        [FieldOffset(0)]
        internal uint Type;

        [FieldOffset(4)]
        internal uint Size;

        [FieldOffset(8)]
        internal ulong Config;

        [FieldOffset(16)]
        internal ulong SamplePeriod;

        [FieldOffset(56)]
        internal ulong Config1;

        [FieldOffset(64)]
        internal ulong Config2;
    }
}
