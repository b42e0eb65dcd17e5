namespace Coral.NodeAgent.Collectors.Metrics;

/// <summary>What the containers of a pod did since it was first seen. Each is only ever added to.</summary>
internal readonly record struct PodSums
{
    internal long TcpSent { get; init; }

    internal long TcpReceived { get; init; }

    internal long TcpOpened { get; init; }

    internal long TcpAccepted { get; init; }

    internal long TcpFailed { get; init; }

    internal long TcpResent { get; init; }

    internal long Syscalls { get; init; }

    internal long SyscallErrors { get; init; }

    /// <summary>Of calls that are not there to wait.</summary>
    internal long SyscallMicroseconds { get; init; }

    /// <summary>Requests that were answered here, or cut.</summary>
    internal long HttpRequests { get; init; }

    /// <summary>Of those: cut, or answered with 500 or more.</summary>
    internal long HttpFailed { get; init; }

    /// <summary>To the last byte, of those that were not cut.</summary>
    internal long HttpMicroseconds { get; init; }

    internal long Records { get; init; }

    internal long Lost { get; init; }

    public static PodSums operator +(in PodSums one, in PodSums other) => new()
    {
        TcpSent = one.TcpSent + other.TcpSent,
        TcpReceived = one.TcpReceived + other.TcpReceived,
        TcpOpened = one.TcpOpened + other.TcpOpened,
        TcpAccepted = one.TcpAccepted + other.TcpAccepted,
        TcpFailed = one.TcpFailed + other.TcpFailed,
        TcpResent = one.TcpResent + other.TcpResent,
        Syscalls = one.Syscalls + other.Syscalls,
        SyscallErrors = one.SyscallErrors + other.SyscallErrors,
        SyscallMicroseconds = one.SyscallMicroseconds + other.SyscallMicroseconds,
        HttpRequests = one.HttpRequests + other.HttpRequests,
        HttpFailed = one.HttpFailed + other.HttpFailed,
        HttpMicroseconds = one.HttpMicroseconds + other.HttpMicroseconds,
        Records = one.Records + other.Records,
        Lost = one.Lost + other.Lost,
    };
}
