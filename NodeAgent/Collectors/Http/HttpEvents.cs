using System.Net.Sockets;
using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using Coral.NodeAgent.Collectors.Tcp;

namespace Coral.NodeAgent.Collectors.Http;

/// <summary>Makes documents of records and sums of <c>http_latency</c>. Not thread safe.</summary>
internal sealed class HttpEvents(AuditOrigin origin, Identities identities, BootClock clock)
{
    private const double Median = 0.5;
    private const double High = 0.99;
    private const long NanosecondsPerMicrosecond = 1000;

    private readonly TextCache texts = new();

    internal HttpEvent Make(HttpRecord record)
    {
        var isServer = record.Role == HttpRole.Server;
        var (local, remote) = (new Peer(record.Ends.Local, record.Ends.LocalPort), new Peer(record.Ends.Remote, record.Ends.RemotePort));
        return new HttpEvent
        {
            Timestamp = clock.At(record.Last),
            Origin = origin,
            Method = record.Method == HttpMethods.Other && Method(record.Line) is { IsEmpty: false } name ? texts.Text(name) : record.Method,
            Path = texts.Text(Target(record.Line)),
            Status = record.Status,
            IsAborted = record.IsAborted,
            RequestBytes = record.RequestBytes == 0 ? null : (long)record.RequestBytes,
            ResponseBytes = record.Status == 0 ? null : (long)record.ResponseBytes,
            DurationNanoseconds = Between(record.Begun, record.Last),
            FirstMicroseconds = record.First == 0 ? null : Between(record.Begun, record.First) / NanosecondsPerMicrosecond,
            Direction = isServer ? "ingress" : "egress",
            Source = isServer ? remote : local,
            Destination = isServer ? local : remote,
            Process = ProcessOf(in record.Owner),
            Workload = identities.Workload(record.Head.Group),
        };
    }

    internal HttpSumsEvent Make(HttpKey key, in HttpSums sums, DateTimeOffset end, long window) => new()
    {
        Timestamp = end,
        Origin = origin,
        WindowNanoseconds = window,
        Role = key.Role == HttpRole.Server ? "server" : "client",
        Port = key.Port,
        Method = key.Method,
        Status = key.Status,
        Requests = (long)sums.Count,
        Aborted = (long)sums.Aborted,
        RequestBytes = (long)sums.RequestBytes,
        ResponseBytes = (long)sums.ResponseBytes,
        FirstMicroseconds = (long)sums.FirstNanoseconds / NanosecondsPerMicrosecond,
        MedianFirstMicroseconds = Powers.Bound(sums.First, Median, 0),
        HighFirstMicroseconds = Powers.Bound(sums.First, High, 0),
        Microseconds = (long)sums.LastNanoseconds / NanosecondsPerMicrosecond,
        MedianMicroseconds = Powers.Bound(sums.Last, Median, 0),
        HighMicroseconds = Powers.Bound(sums.Last, High, 0),
        Workload = identities.Workload(key.Group),
    };

    /// <summary>What stands before the first space, behind empty lines that may come before a request.</summary>
    private static ReadOnlySpan<byte> Method(ReadOnlySpan<byte> line)
    {
        line = line.TrimStart("\r\n"u8);
        return line.IndexOf((byte)' ') is > 0 and var end ? line[..end] : default;
    }

    /// <summary>What stands behind that: up to the version, or to where the line was cut.</summary>
    private static ReadOnlySpan<byte> Target(ReadOnlySpan<byte> line)
    {
        line = line.TrimStart("\r\n"u8);
        line = line[(line.IndexOf((byte)' ') + 1)..];
        return line.LastIndexOf(" HTTP/1."u8) is >= 0 and var end ? line[..end] : line;
    }

    private ProcessInfo? ProcessOf(in SocketOwner owner) => owner.Pid == 0 ? null : new ProcessInfo
    {
        Pid = owner.Pid,
        EntityId = identities.Process(owner.Pid, owner.Start),
        Name = texts.Text(SocketOwner.Name(in owner)),
        Start = clock.At(owner.Start),
        UserId = owner.User,
    };

    private static long Between(ulong begun, ulong end) => end > begun ? (long)(end - begun) : 0;
}
