using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Coral.NodeAgent.Collectors.Syscalls;

namespace Coral.NodeAgent.Collectors.Http;

/// <summary>What each system call does with a socket, by its number (<c>enum form</c> of bpf/http_latency/window.h). Calls have other numbers on other machines, so that the programs are told.</summary>
[InlineArray(Count)]
internal struct HttpCalls
{
    /// <summary><c>CALLS</c>: the numbers that are looked at.</summary>
    internal const int Count = 512;

    private const byte Buffer = 1;
    private const byte Vector = 2;
    private const byte Message = 3;
    private const byte Messages = 4;
    private const byte File = 5;
    private const byte Splice = 6;
    private const byte Sent = 8;
    private const byte FlagsThird = 2 << 4;
    private const byte FlagsFourth = 3 << 4;

    private static readonly ImmutableArray<(string Name, byte Form)> Forms =
    [
        ("read", Buffer), ("write", Buffer | Sent), ("readv", Vector), ("writev", Vector | Sent),
        ("recvfrom", Buffer | FlagsFourth), ("sendto", Buffer | Sent), ("recvmsg", Message | FlagsThird), ("sendmsg", Message | Sent),
        ("recvmmsg", Messages | FlagsFourth), ("sendmmsg", Messages | Sent), ("sendfile", File | Sent), ("splice", Splice | Sent),
    ];

    private byte first;

    /// <summary>Those of this machine.</summary>
    internal static HttpCalls OfThisMachine()
    {
        var calls = default(HttpCalls);
        foreach (var (name, form) in Forms) calls[(int)SyscallNames.NumberOf(name)] = form;
        return calls;
    }
}
