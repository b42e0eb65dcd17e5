using Coral.NodeAgent.Bpf;
using Microsoft.Win32.SafeHandles;

namespace Coral.NodeAgent.Collectors;

/// <summary>
/// The programs of one collector: opened, then loaded and attached. Nothing is pinned: the kernel detaches and frees all of it when this is disposed, and when the process ends in any way. Not thread safe.
/// </summary>
internal sealed class CollectorProgram : IDisposable
{
    private const string Settings = ".rodata.settings";
    private const string RingName = "ring";

    private readonly BpfObject bpf;
    private readonly Dictionary<string, BpfLinkHandle> links = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SafeFileHandle> events = new(StringComparer.Ordinal);

    private CollectorProgram(string name, BpfObject bpf) => (Name, this.bpf) = (name, bpf);

    /// <summary>As everywhere: flag, folder, report, <c>event.provider</c>.</summary>
    internal string Name { get; }

    /// <summary>What it will take of the kernel's memory: known before it is loaded.</summary>
    internal MemoryBudget Budget => MemoryBudget.Of(Name, bpf.Maps, Cpus.Possible);

    /// <summary>The ring; after <see cref="Start"/>.</summary>
    internal RingBuffer? Ring { get; private set; }

    /// <summary>What the kernel says of each program; after <see cref="Start"/>.</summary>
    internal IEnumerable<BpfProgramInfo> Programs => bpf.ProgramNames.Select(name => BpfProgramInfo.Read(bpf.ProgramDescriptor(name)));

    /// <summary>Reads the object that was built into this program.</summary>
    /// <param name="name">The collector's.</param>
    /// <exception cref="BpfException">There is none, or libbpf can't read it.</exception>
    internal static CollectorProgram Open(string name)
    {
        var file = BpfFiles.Find($"{name}/{name}") ?? throw new BpfException($"{name}: this program was built without its eBPF programs: build where clang and libbpf-dev are", Native.Errno.ENOENT);
        return new CollectorProgram(name, BpfObject.Open(file, program: null));
    }

    /// <summary>Sets constants of its own in a section such as <c>.rodata.http</c>; before <see cref="Start"/>.</summary>
    /// <exception cref="BpfException">There is no such section of this size.</exception>
    internal void SetConstants<T>(string section, T value)
        where T : unmanaged => bpf.SetConstants(section, value);

    /// <summary>Sets how many entries a map holds at most; before <see cref="Start"/>.</summary>
    /// <exception cref="BpfException">There is no such map.</exception>
    internal void SetCapacity(string map, int entries) => bpf.SetEntries(map, entries);

    /// <summary>Lets a program neither be loaded nor attached; before <see cref="Start"/>.</summary>
    /// <exception cref="BpfException">There is none of this name.</exception>
    internal void LeaveOut(string program) => bpf.LeaveOut(program);

    /// <summary>Attaches a program to an opened perf event, which is this one's from now on, and not by its section; before <see cref="Start"/>.</summary>
    internal void AttachTo(string program, SafeFileHandle perfEvent) => events[program] = perfEvent;

    /// <summary>Loads everything, then attaches it.</summary>
    /// <exception cref="BpfException">The kernel refused something.</exception>
    internal void Start(CollectorSettings settings)
    {
        bpf.SetConstants(Settings, settings);
        bpf.Load();
        var ring = bpf.Maps.First(map => map.Name == RingName);
        Ring = new RingBuffer(Map(RingName), ring.Entries);
        foreach (var name in bpf.ProgramNames) links[name] = events.Remove(name, out var perfEvent) ? BpfLinks.ToPerfEvent(bpf, name, perfEvent) : BpfLinks.BySection(bpf, name);
    }

    /// <summary>Says how much the programs may send from now on.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    internal unsafe void Control(CollectorControl control)
    {
        var first = 0;
        var result = LibBpf.MapUpdate(Map("control"), &first, &control, 0);
        if (result != 0) throw new BpfException("write control", -result);
    }

    /// <summary>The descriptor of a map.</summary>
    internal int Map(string name) => bpf.MapDescriptor(name) is >= 0 and var map ? map : throw new BpfException($"{Name}: no map {name}", Native.Errno.ENOENT);

    /// <summary>How many entries a map has at most.</summary>
    internal int Capacity(string name) => (int)bpf.Maps.First(map => map.Name == name).Entries;

    /// <summary>What holds a program where it is attached.</summary>
    internal BpfLinkHandle Link(string program) => links[program];

    /// <summary>Takes the programs from where they are attached, and waits for those that run; what they wrote stays until <see cref="Dispose"/>.</summary>
    internal void Detach()
    {
        if (links.Count == 0) return;
        foreach (var link in links.Values) link.Dispose();
        links.Clear();
        RunningPrograms.Await();
    }

    public void Dispose()
    {
        Detach();
        foreach (var perfEvent in events.Values) perfEvent.Dispose();
        Ring?.Dispose();
        bpf.Dispose();
    }
}
