namespace Coral.NodeAgent.Bpf;

/// <summary>The kernel or libbpf refused something.</summary>
internal sealed class BpfException(string what, int errno, string? firstLine = null) : Exception($"{what}: {Native.Errno.NameOf(errno)}")
{
    /// <summary>A positive error number.</summary>
    internal int Errno { get; } = errno;

    /// <summary>The first line of the verifier's log or, where the kernel was not asked, of libbpf's own.</summary>
    internal string? FirstLine { get; } = firstLine;

    /// <summary>Whether the verifier itself has spoken: then even EACCES is a fault of the program and not a lack of privilege.</summary>
    internal bool ByVerifier { get; init; }
}
