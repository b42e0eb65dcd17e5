using Polly;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Retry;
using Polly.Timeout;

namespace Microsoft.Extensions.Http.Resilience;

public class HttpStandardResilienceOptions
{
    public HttpRateLimiterStrategyOptions RateLimiter { get; set; }

    public HttpTimeoutStrategyOptions TotalRequestTimeout { get; set; }

    public HttpRetryStrategyOptions Retry { get; set; }

    public HttpCircuitBreakerStrategyOptions CircuitBreaker { get; set; }

    public HttpTimeoutStrategyOptions AttemptTimeout { get; set; }
}

public class HttpRateLimiterStrategyOptions : RateLimiterStrategyOptions;

public class HttpTimeoutStrategyOptions : TimeoutStrategyOptions;

public class HttpCircuitBreakerStrategyOptions : CircuitBreakerStrategyOptions<HttpResponseMessage>;

public class HttpRetryStrategyOptions : RetryStrategyOptions<HttpResponseMessage>
{
    public bool ShouldRetryAfterHeader { get; set; }
}

public static class HttpRetryStrategyOptionsExtensions
{
    public static void DisableForUnsafeHttpMethods(this HttpRetryStrategyOptions options) => throw null!;
}

public static class HttpClientResiliencePredicates
{
    public static bool IsTransient(Outcome<HttpResponseMessage> outcome) => throw null!;

    public static bool IsTransient(Outcome<HttpResponseMessage> outcome, CancellationToken cancellationToken) => throw null!;
}
