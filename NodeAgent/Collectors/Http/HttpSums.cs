using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Collectors.Http;

/// <summary>On which side of a connection the process is.</summary>
internal enum HttpRole : byte
{
    /// <summary>It answers.</summary>
    Server = 1,

    /// <summary>It asks.</summary>
    Client = 2,
}

/// <summary>Which requests (<c>struct key</c> of bpf/http_latency/tables.h).</summary>
/// <param name="Group">The control group.</param>
/// <param name="Status">Of the answer; 0 for those without one.</param>
/// <param name="Port">Of the server.</param>
/// <param name="Role">The side.</param>
/// <param name="MethodNumber">As <see cref="HttpMethods"/> knows it.</param>
/// <param name="Pad">0.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct HttpKey(ulong Group, ushort Status, ushort Port, HttpRole Role, byte MethodNumber, ushort Pad)
{
    internal string Method => HttpMethods.NameOf(MethodNumber);
}

/// <summary>What became of requests since the collector began (<c>struct sum</c>). Each is only ever added to.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct HttpSums
{
    /// <summary>Requests that are over.</summary>
    internal ulong Count;

    /// <summary>Those of them whose answer did not come, or not to its last byte.</summary>
    internal ulong Aborted;

    internal ulong RequestBytes;
    internal ulong ResponseBytes;

    /// <summary>From the request's first byte to the status line, of those that have one.</summary>
    internal ulong FirstNanoseconds;

    /// <summary>From the request's first byte to the answer's last, of those that came to it.</summary>
    internal ulong LastNanoseconds;

    /// <summary>Times to the status line by the power of two of microseconds: the first is less than 1, the next less than 2.</summary>
    internal HttpTimes First;

    /// <summary>The same of times to the last byte.</summary>
    internal HttpTimes Last;
}

/// <summary>By power of two.</summary>
[InlineArray(24)]
internal struct HttpTimes
{
    private ulong first;
}
