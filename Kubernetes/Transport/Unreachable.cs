using System.Net.Sockets;
using System.Security.Authentication;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Coral.Kubernetes;

/// <summary>Says in a few words why no answer came.</summary>
internal static class Unreachable
{
    /// <summary>The error for the caller; null when the failure is none of the transport.</summary>
    public static Exception? Explain(Exception failure, Uri server, CancellationToken cancellation)
    {
        if (Find<KubernetesConfigException>(failure) is { } config) return config;
        var cause = failure switch
        {
            TimeoutRejectedException timeout => $"no answer within {timeout.Timeout.TotalSeconds:0.#} s",
            BrokenCircuitException { RetryAfter: { } wait } => $"too many requests failed, none is sent for another {wait.TotalSeconds:0.#} s",
            BrokenCircuitException => "too many requests failed, none is sent for some seconds",
            RateLimiterRejectedException => failure.Message,
            HttpRequestException or IOException => Cause(failure),
            OperationCanceledException { InnerException: TimeoutException } when !cancellation.IsCancellationRequested =>
                "the connection could not be made in time",
            _ => null,
        };
        return cause is null ? null : new KubernetesUnreachableException(server, cause, failure);
    }

    /// <summary>A certificate that is not believed now will not be in a second.</summary>
    public static bool IsTrust(Exception? failure) => failure is not null && Find<AuthenticationException>(failure) is not null;

    private static string Cause(Exception failure)
    {
        if (Find<AuthenticationException>(failure) is { } refused) return FirstLine(refused.Message);
        if (Find<SocketException>(failure) is not { } socket) return FirstLine(Innermost(failure).Message);
        return socket.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "connection refused; is it running there?",
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "its host name cannot be resolved",
            SocketError.TimedOut => "the connection could not be made in time",
            SocketError.ConnectionReset => "the connection was reset",
            SocketError.NetworkUnreachable or SocketError.HostUnreachable => "no route to it",
            _ => FirstLine(socket.Message),
        };
    }

    private static T? Find<T>(Exception failure)
        where T : Exception
    {
        for (var current = failure; current is not null; current = current.InnerException)
            if (current is T found) return found;
        return null;
    }

    private static Exception Innermost(Exception failure)
    {
        while (failure.InnerException is { } inner) failure = inner;
        return failure;
    }

    private static string FirstLine(string text) => text.AsSpan().Trim().IndexOfAny('\r', '\n') is var end and >= 0 ? text.Trim()[..end] : text.Trim();
}
