using System.Runtime.InteropServices;
using System.Text;
using Coral.NodeAgent.Native;
using Microsoft.Win32.SafeHandles;

namespace Coral.NodeAgent.Bpf;

/// <summary>The ways to attach a loaded program. Each returns what detaches it when it is disposed, or throws <see cref="BpfException"/>.</summary>
internal static unsafe class BpfLinks
{
    private const int BpfLinkCreate = 28;
    private const int SolSocket = 1;
    private const int SoAttachBpf = 50;

    /// <summary>By the section's name: tracepoints, trampolines, LSM hooks, iterators.</summary>
    internal static BpfLinkHandle BySection(BpfObject program) => Made(LibBpf.Attach(program.Program));

    /// <summary>The same for the program of a name, where an object has several.</summary>
    internal static BpfLinkHandle BySection(BpfObject programs, string name) => Made(LibBpf.Attach(programs.Find(name)));

    /// <summary>To an opened perf event, which then belongs to the link.</summary>
    internal static BpfLinkHandle ToPerfEvent(BpfObject program, SafeFileHandle perfEvent) => ToPerfEvent(program.Program, perfEvent);

    /// <summary>The same for the program of a name, where an object has several.</summary>
    internal static BpfLinkHandle ToPerfEvent(BpfObject programs, string name, SafeFileHandle perfEvent) => ToPerfEvent(programs.Find(name), perfEvent);

    private static BpfLinkHandle ToPerfEvent(nint program, SafeFileHandle perfEvent)
    {
        using (perfEvent)
        {
            var link = Made(LibBpf.AttachPerfEvent(program, (int)perfEvent.DangerousGetHandle()));
            perfEvent.SetHandleAsInvalid();
            return link;
        }
    }

    /// <summary>To a control group of the unified hierarchy.</summary>
    internal static BpfLinkHandle ToCgroup(BpfObject program, string path)
    {
        using var folder = Descriptors.OpenPath(path);
        return Made(LibBpf.AttachCgroup(program.Program, (int)folder.DangerousGetHandle()));
    }

    /// <summary>To the network namespace of this process.</summary>
    internal static BpfLinkHandle ToNetworkNamespace(BpfObject program)
    {
        using var space = Descriptors.OpenPath("/proc/self/ns/net");
        return Made(LibBpf.AttachNetworkNamespace(program.Program, (int)space.DangerousGetHandle()));
    }

    /// <summary>To one end of a pair of sockets.</summary>
    internal static void ToSocket(BpfObject program, SafeFileHandle socket)
    {
        var descriptor = program.ProgramDescriptor();
        if (Libc.SetSocketOption((int)socket.DangerousGetHandle(), SolSocket, SoAttachBpf, &descriptor, sizeof(int)) != 0) throw BpfObject.Failure("attach", Marshal.GetLastPInvokeError());
    }

    /// <summary>To a network device, in line with others (Linux 6.6).</summary>
    internal static SafeFileHandle ToDevice(BpfObject program, int device, int attachType) => Create(program, device, attachType, []);

    /// <summary>To a kernel function by name, by the link that takes many (Linux 5.18).</summary>
    internal static SafeFileHandle ToFunctions(BpfObject program, string function, int attachType)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(function + '\0'))
        {
            var names = name;
            // flags 0 and one name, then the array of names.
            return Create(program, 0, attachType, [1UL << 32, (ulong)(nint)(&names)]);
        }
    }

    /// <summary>To a function of a program file by its offset, by the link that takes many (Linux 6.6).</summary>
    internal static SafeFileHandle ToFileOffsets(BpfObject program, string file, ulong offset, int attachType)
    {
        fixed (byte* path = Encoding.UTF8.GetBytes(file + '\0')) return Create(program, 0, attachType, [(ulong)(nint)path, (ulong)(nint)(&offset), 0, 0, 1]);
    }

    /// <summary><c>bpf(BPF_LINK_CREATE)</c> with what follows the first four members of its attributes: for kinds that libbpf 1.1 can't make.</summary>
    private static SafeFileHandle Create(BpfObject program, int target, int attachType, ReadOnlySpan<ulong> more)
    {
        var attributes = stackalloc uint[32];
        new Span<uint>(attributes, 32).Clear();
        attributes[0] = (uint)program.ProgramDescriptor();
        attributes[1] = (uint)target;
        attributes[2] = (uint)attachType;
        more.CopyTo(new Span<ulong>(attributes + 4, 14));
        var size = 16 + (more.Length * sizeof(ulong));
        var link = Libc.Syscall(Libc.SysBpf, BpfLinkCreate, (nint)attributes, size, 0, 0);
        return link >= 0 ? new SafeFileHandle(link, ownsHandle: true) : throw BpfObject.Failure("attach", Marshal.GetLastPInvokeError());
    }

    private static BpfLinkHandle Made(nint link)
    {
        var handle = new BpfLinkHandle(link);
        return handle.IsInvalid ? throw BpfObject.Failure("attach", Marshal.GetLastPInvokeError()) : handle;
    }
}
