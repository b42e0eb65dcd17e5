using Polly.Timeout;

namespace Coral.Kubernetes;

/// <summary>How requests to the API server are tried again. Shorter than the standard, because callers wait and the server is near.</summary>
internal static class RequestResilience
{
    /// <summary>Set on a request that may be sent twice although its method is not safe.</summary>
    public static readonly HttpRequestOptionsKey<bool> MayRepeat = new("Coral.Kubernetes.MayRepeat");

    public static HttpStandardResilienceOptions Options()
    {
        var options = new HttpStandardResilienceOptions();
        options.AttemptTimeout.Timeout = TimeSpan.FromSeconds(5);
        options.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(15);
        options.Retry.Delay = TimeSpan.FromMilliseconds(250);
        options.Retry.ShouldHandle = static args => new(
            StandardResilienceHandler.RequestOf(args.Context) is { } request
            && (request.Method == HttpMethod.Get || request.Options.TryGetValue(MayRepeat, out _))
            && !Unreachable.IsTrust(args.Outcome.Exception)
            && HttpClientResiliencePredicates.IsTransient(args.Outcome, args.Context.CancellationToken));

        // Only silence and broken connections open the circuit: a server that answers 429 or 500 is alive and says itself when to come back.
        options.CircuitBreaker.ShouldHandle = static args => new(args.Outcome.Exception is HttpRequestException or TimeoutRejectedException);
        return options;
    }
}
