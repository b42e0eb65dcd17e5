using System.Collections.Immutable;
using Coral.NodeAgent.Bpf;

namespace Coral.NodeAgent.Collectors.Http;

/// <summary>By which tracepoints <c>http_latency</c> hears of what is sent and received: those of sockets, or those of all system calls, where each call of each program is made slower.</summary>
internal sealed class HttpHooks
{
    private HttpHooks(ImmutableArray<string> tracepoints, ImmutableArray<string> programs) => (Tracepoints, Programs) = (tracepoints, programs);

    /// <summary><c>sock_send_length</c> and <c>sock_recv_length</c> came with Linux 6.3, <c>tcp_sendmsg_locked</c>, by which is known when sending began, with 6.16.</summary>
    internal static HttpHooks Sockets { get; } = new(["sock_send_length", "sock_recv_length", "tcp_sendmsg_locked"], ["sent", "received", "sending"]);

    /// <summary>On any kernel.</summary>
    internal static HttpHooks Calls { get; } = new(["sys_enter", "sys_exit"], ["entered", "left"]);

    /// <summary>The best that the running kernel has.</summary>
    internal static HttpHooks Best { get; } = Sockets.IsThere ? Sockets : Calls;

    /// <summary>Whether the running kernel has all of them.</summary>
    internal bool IsThere => Tracepoints.All(KernelTypes.HasTracepoint);

    private ImmutableArray<string> Tracepoints { get; }

    private ImmutableArray<string> Programs { get; }

    /// <summary>Lets only these programs be loaded, of those that there are for either way.</summary>
    internal void Select(CollectorProgram program)
    {
        foreach (var other in (this == Sockets ? Calls : Sockets).Programs) program.LeaveOut(other);
    }
}
