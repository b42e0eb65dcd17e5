using Coral.NodeAgent.Bpf;

namespace Coral.NodeAgent.Capabilities;

/// <summary>One fact and how it is tried.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Object">Its object file, without <c>.o</c> (bpf/probe).</param>
/// <param name="Attach">Attaches the loaded program and sets it off.</param>
internal sealed record ProbedFact(string Name, string Object, Func<BpfObject, Attached> Attach)
{
    /// <summary>The function that is loaded; null for the only one of the object.</summary>
    internal string? Program { get; init; }

    /// <summary>Whether a program that was set off and not called disproves the fact. Not where nothing can set it off without harm.</summary>
    internal bool MustFire { get; init; } = true;

    /// <summary>
    /// Whether it stays attached until the process ends. Not what is called by every system call: reading the kernel's BTF for the next facts takes a thousand of them. One,
    /// <c>raw_tp</c>, stays even so, because to leave a tracepoint empty and to come back is what waits.
    /// </summary>
    internal bool Stays { get; init; } = true;

    /// <summary>The attach type to say before loading, or 0 where libbpf knows it by the section.</summary>
    internal int AttachType { get; init; }
}

/// <summary>An attached program: what detaches it, and what makes the kernel call it.</summary>
/// <param name="Link">Detaches.</param>
/// <param name="SetOff">Does what the program sits on; may do it until the function given to it says that it was called.</param>
internal readonly record struct Attached(IDisposable Link, Action<Func<bool>> SetOff);
