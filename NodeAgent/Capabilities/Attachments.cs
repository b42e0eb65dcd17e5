using System.Globalization;
using Coral.NodeAgent.Bpf;
using Coral.NodeAgent.Native;
using Coral.NodeAgent.SystemFacts;

namespace Coral.NodeAgent.Capabilities;

/// <summary>How each kind of program is attached by the probe, and what sets it off. All throw <see cref="BpfException"/>.</summary>
internal static unsafe class Attachments
{
    internal const int KprobeMulti = 42;
    internal const int TcxIngress = 46;
    internal const int UprobeMulti = 48;

    /// <summary>A function that every open of a file goes through, and that collectors of file access sit on.</summary>
    private const string Function = "security_file_open";

    private const int Loopback = 1;

    internal static Func<BpfObject, Attached> BySection(Action<Func<bool>> setOff) => program => new(BpfLinks.BySection(program), setOff);

    internal static Attached Iterator(BpfObject program)
    {
        var link = BpfLinks.BySection(program);
        return new(link, Triggers.Read(link));
    }

    internal static Attached KernelFunction(BpfObject program, bool atReturn) =>
        new(BpfLinks.ToPerfEvent(program, PerfEvents.OfKernelFunction(Function, atReturn)), Triggers.OpenFile);

    internal static Attached KernelFunctions(BpfObject program) => new(BpfLinks.ToFunctions(program, Function, KprobeMulti), Triggers.OpenFile);

    internal static Attached ProgramFunction(BpfObject program, bool atReturn)
    {
        var (file, offset) = LibraryFunction();
        return new(BpfLinks.ToPerfEvent(program, PerfEvents.OfFileOffset(file, offset, atReturn)), Triggers.LibraryCall);
    }

    internal static Attached ProgramFunctions(BpfObject program)
    {
        var (file, offset) = LibraryFunction();
        return new(BpfLinks.ToFileOffsets(program, file, offset, UprobeMulti), Triggers.LibraryCall);
    }

    internal static Attached Tracepoint(BpfObject program) => new(BpfLinks.ToPerfEvent(program, PerfEvents.OfTracepoint(TraceFs.NumberOf("raw_syscalls/sys_enter"))), Triggers.SystemCall);

    internal static Attached Clock(BpfObject program) => new(BpfLinks.ToPerfEvent(program, PerfEvents.CpuClock()), Triggers.PassTime);

    internal static Attached Cycles(BpfObject program) => new(BpfLinks.ToPerfEvent(program, PerfEvents.Cycles()), Triggers.PassTime);

    /// <summary>To the control group that this process is in, so that nobody else is touched.</summary>
    internal static Attached Cgroup(BpfObject program)
    {
        var folder = ControlGroups.OwnFolder() ?? throw new BpfException("attach: no cgroup2 is mounted", Errno.ENOENT);
        return new(BpfLinks.ToCgroup(program, folder), Triggers.Traffic);
    }

    internal static Attached NetworkNamespace(BpfObject program) => new(BpfLinks.ToNetworkNamespace(program), Triggers.Traffic);

    internal static Attached Device(BpfObject program) => new(BpfLinks.ToDevice(program, Loopback, TcxIngress), Triggers.Traffic);

    /// <summary>To a socket of our own: the least privileged kind of program, for what is about maps and helpers.</summary>
    internal static Attached OwnSocket(BpfObject program)
    {
        var (near, far) = Descriptors.SocketPair();
        try
        {
            BpfLinks.ToSocket(program, far);
        }
        catch
        {
            near.Dispose();
            far.Dispose();
            throw;
        }

        return new(new Both(near, far), _ => Descriptors.SendByte(near));
    }

    private sealed record Both(IDisposable First, IDisposable Second) : IDisposable
    {
        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
        }
    }

    /// <summary>Writes the entry that the program looks for by a batch of one (Linux 5.6).</summary>
    internal static Attached Batch(BpfObject program)
    {
        uint key = 1, count = 1;
        ulong value = 1;
        var result = LibBpf.MapUpdateBatch(program.MapDescriptor("table"), &key, &value, &count, null);
        return result == 0 ? OwnSocket(program) : throw BpfObject.Failure("batch", -result);
    }

    /// <summary>A function of a file that only we call: libbpf's own.</summary>
    private static (string File, ulong Offset) LibraryFunction()
    {
        var address = (ulong)LibBpf.AddressOfVersionString();
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            // 7f00-7f10 r-xp 00002000 08:01 1234   /usr/lib/libbpf.so.1
            var fields = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            var range = fields[0].Split('-');
            var start = ulong.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var end = ulong.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (address < start || address >= end || fields.Length < 6) continue;
            return (fields[5], address - start + ulong.Parse(fields[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }

        throw new BpfException("attach: libbpf is mapped from no file", Errno.ENOENT);
    }
}
