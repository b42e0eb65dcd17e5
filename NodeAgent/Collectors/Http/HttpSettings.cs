using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Collectors.Http;

/// <summary>What is set before the collector is loaded (<c>http</c> of bpf/http_latency/account.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct HttpSettings
{
    internal HttpCalls Calls;

    /// <summary>From how long on a request is told of without being asked.</summary>
    internal ulong SlowNanoseconds;

    /// <summary>1 where each request is told of, with its path; else 0.</summary>
    internal ulong HasRecords;
}
