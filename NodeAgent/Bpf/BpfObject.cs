using System.Runtime.InteropServices;
using System.Text;

namespace Coral.NodeAgent.Bpf;

/// <summary>One object file, opened; of its programs one or all are loaded. Not thread safe.</summary>
internal sealed unsafe class BpfObject : IDisposable
{
    private const int LogSize = 64 * 1024;
    private const int BssSize = 256;

    private readonly BpfObjectHandle handle;
    private readonly nint bytes;
    private readonly List<nint> logs = [];

    private BpfObject(BpfObjectHandle handle, nint bytes, nint program, bool isOne)
    {
        this.handle = handle;
        this.bytes = bytes;
        Program = program;
        foreach (var logged in isOne ? [program] : Programs(handle))
        {
            var log = (nint)NativeMemory.AllocZeroed(LogSize);
            logs.Add(log);
            _ = LibBpf.SetLogBuffer(logged, (byte*)log, LogSize);
        }
    }

    /// <summary>The <c>struct bpf_program</c> that is loaded; of several the last.</summary>
    internal nint Program { get; }

    /// <summary>Reads an object file.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="program">The name of the function that is loaded; null for all.</param>
    /// <exception cref="BpfException">libbpf can't read it, or it has no such program.</exception>
    internal static BpfObject Open(ReadOnlySpan<byte> file, string? program)
    {
        var bytes = (nint)NativeMemory.Alloc((nuint)file.Length);
        file.CopyTo(new Span<byte>((void*)bytes, file.Length));
        BpfObjectHandle? handle = null;
        try
        {
            fixed (byte* name = "coral"u8)
            {
                var options = new LibBpf.OpenOptions { Size = (nuint)sizeof(LibBpf.OpenOptions), Name = name };
                handle = new BpfObjectHandle(LibBpf.ObjectOpen((void*)bytes, (nuint)file.Length, &options));
            }

            if (handle.IsInvalid) throw Failure("open", Marshal.GetLastPInvokeError());
            return new BpfObject(handle, bytes, Select(handle, program), program is not null);
        }
        catch
        {
            handle?.Dispose();
            NativeMemory.Free((void*)bytes);
            throw;
        }
    }

    /// <summary>Says for what the program will be attached, where libbpf doesn't know it by the section's name.</summary>
    internal void ExpectAttachType(int type) => _ = LibBpf.SetExpectedAttachType(Program, type);

    /// <exception cref="BpfException">The kernel refused a map or the program.</exception>
    internal void Load()
    {
        var result = LibBpf.ObjectLoad(handle);
        if (result == 0) return;
        // Of several programs only the one that was refused has written something.
        var said = logs.Select(log => VerifierLog.FirstLine(Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)log)))).FirstOrDefault(line => line is not null);
        throw said is null ? Failure("load", -result) : new BpfException("load", -result, said) { ByVerifier = true };
    }

    /// <summary>How often the program has been called: the first eight bytes of <c>.bss</c> (bpf/include/probe.h).</summary>
    internal ulong Fired()
    {
        var key = 0;
        var bss = stackalloc ulong[BssSize / sizeof(ulong)];
        return LibBpf.MapLookup(MapDescriptor(".bss"), &key, bss) == 0 ? *bss : 0;
    }

    /// <summary>The <c>struct bpf_program</c> of a name.</summary>
    /// <exception cref="BpfException">There is none.</exception>
    internal nint Find(string name) =>
        Programs(handle).FirstOrDefault(program => NameOf(program) == name) is var found and not 0 ? found : throw new BpfException($"no program {name}", Native.Errno.ENOENT);

    /// <summary>The names of the programs that are loaded or will be.</summary>
    internal IEnumerable<string> ProgramNames => Programs(handle).Where(LibBpf.Autoload).Select(program => NameOf(program) ?? "");

    /// <summary>Lets a program not be loaded; before <see cref="Load"/>.</summary>
    /// <exception cref="BpfException">There is none of this name.</exception>
    internal void LeaveOut(string name) => _ = LibBpf.SetAutoload(Find(name), load: false);

    /// <summary>The maps, as the object describes them: known before anything is loaded.</summary>
    internal IEnumerable<BpfMap> Maps
    {
        get
        {
            for (var map = LibBpf.NextMap(handle, 0); map != 0; map = LibBpf.NextMap(handle, map)) yield return BpfMap.Of(map);
        }
    }

    /// <summary>Sets the constants of a section such as <c>.rodata.settings</c>; before <see cref="Load"/>.</summary>
    /// <exception cref="BpfException">There is no such section of this size.</exception>
    internal void SetConstants<T>(string section, T value)
        where T : unmanaged
    {
        nuint size = 0;
        var map = LibBpf.FindMap(handle, section);
        var at = map == 0 ? null : LibBpf.MapInitialValue(map, &size);
        if (at is null || size != (nuint)sizeof(T)) throw new BpfException($"open: no constants {section} of {sizeof(T)} bytes", Native.Errno.ENOENT);
        *(T*)at = value;
    }

    /// <summary>Sets how many entries a map holds at most; before <see cref="Load"/>.</summary>
    /// <exception cref="BpfException">There is no such map, or it can't be so large.</exception>
    internal void SetEntries(string name, int entries)
    {
        var map = LibBpf.FindMap(handle, name);
        var result = map == 0 ? -Native.Errno.ENOENT : LibBpf.SetMapEntries(map, (uint)entries);
        if (result != 0) throw new BpfException($"open: map {name} of {entries} entries", -result);
    }

    /// <summary>The file descriptor of the loaded program of a name.</summary>
    internal int ProgramDescriptor(string name) => LibBpf.ProgramDescriptor(Find(name));

    /// <summary>The file descriptor of a map; negative when there is none.</summary>
    internal int MapDescriptor(string name) => LibBpf.FindMap(handle, name) is var map and not 0 ? LibBpf.MapDescriptor(map) : -1;

    /// <summary>The file descriptor of the loaded program.</summary>
    internal int ProgramDescriptor() => LibBpf.ProgramDescriptor(Program);

    /// <summary>The error of the call that just failed, with what libbpf said, unless that is only the error again.</summary>
    internal static BpfException Failure(string what, int errno) =>
        new(what, errno, BpfLog.TakeFirst() is { } line && !line.Contains("BPF program load failed", StringComparison.Ordinal) ? line.Split('\n')[0] : null);

    public void Dispose()
    {
        handle.Dispose();
        foreach (var log in logs) NativeMemory.Free((void*)log);
        NativeMemory.Free((void*)bytes);
    }

    /// <summary>Lets only the program of the name be loaded; without a name all of them.</summary>
    private static nint Select(BpfObjectHandle handle, string? name)
    {
        nint selected = 0;
        foreach (var program in Programs(handle))
        {
            var isIt = name is null || NameOf(program) == name;
            if (isIt) selected = program;
            _ = LibBpf.SetAutoload(program, isIt);
        }

        return selected != 0 ? selected : throw new BpfException($"open: no program {name}", Native.Errno.ENOENT);
    }

    private static IEnumerable<nint> Programs(BpfObjectHandle handle)
    {
        for (var program = LibBpf.NextProgram(handle, 0); program != 0; program = LibBpf.NextProgram(handle, program)) yield return program;
    }

    private static string? NameOf(nint program) => Marshal.PtrToStringUTF8((nint)LibBpf.ProgramName(program));
}
