using Coral.NodeAgent.Native;
using Microsoft.Win32.SafeHandles;

namespace Coral.NodeAgent.Bpf;

/// <summary>Runs a program of an iterator over everything that the calling thread's namespaces have.</summary>
internal static class Iterators
{
    /// <exception cref="BpfException">The kernel refused.</exception>
    internal static void Run(BpfLinkHandle link)
    {
        var descriptor = LibBpf.IteratorCreate(LibBpf.LinkDescriptor(link));
        if (descriptor < 0) throw new BpfException("iterate", -descriptor);
        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        Descriptors.ReadAll(file);
    }
}
