using System.Net;
using Polly;
using Polly.Timeout;

namespace Coral.Kubernetes.Resilience;

/// <summary>Which outcomes may be better the next time.</summary>
public static class HttpClientResiliencePredicates
{
    /// <summary>Status 500 and above, 408, 429; a request that could not be sent or was broken off; an attempt that took too long.</summary>
    public static bool IsTransient(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException or TimeoutRejectedException } => true,
        { Result.StatusCode: var code } => code is >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests,
        _ => false,
    };

    /// <summary>The same, and a connection that could not be made in time, which comes as a cancellation that nobody asked for.</summary>
    public static bool IsTransient(Outcome<HttpResponseMessage> outcome, CancellationToken cancellation) =>
        IsTransient(outcome)
        || (outcome.Exception is OperationCanceledException { InnerException: TimeoutException } && !cancellation.IsCancellationRequested);
}
