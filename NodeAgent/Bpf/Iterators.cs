using Coral.NodeAgent.Native;
using Microsoft.Win32.SafeHandles;

namespace Coral.NodeAgent.Bpf;

/// <summary>Runs a program of an iterator over everything that the calling thread's namespaces have.</summary>
internal static class Iterators
{
    /// <exception cref="BpfException">The kernel refused.</exception>
    internal static void Run(BpfLinkHandle link)
    {
        using var file = Open(link);
        Descriptors.ReadAll(file);
    }

    /// <summary>The same, with the lines of text that the program writes.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    internal static string[] Lines(BpfLinkHandle link)
    {
        using var file = Open(link);
        return Descriptors.ReadText(file).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static SafeFileHandle Open(BpfLinkHandle link)
    {
        var descriptor = LibBpf.IteratorCreate(LibBpf.LinkDescriptor(link));
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw new BpfException("iterate", -descriptor);
    }
}
