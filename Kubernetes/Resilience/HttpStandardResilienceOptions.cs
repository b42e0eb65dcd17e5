using System.ComponentModel.DataAnnotations;
using System.Threading.RateLimiting;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Coral.Kubernetes.Resilience;

/// <summary>
/// The five strategies around a request, outermost first. Names, order and defaults are those of Microsoft.Extensions.Http.Resilience 10, so that
/// the package can take this folder's place.
/// </summary>
public sealed class HttpStandardResilienceOptions
{
    /// <summary>How many requests may run at once.</summary>
    public HttpRateLimiterStrategyOptions RateLimiter { get; set; } = new();

    /// <summary>How long a request may take with all its attempts: 30 s.</summary>
    public HttpTimeoutStrategyOptions TotalRequestTimeout { get; set; } = new() { Name = "Standard-TotalRequestTimeout", Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>When and how often a request is tried again.</summary>
    public HttpRetryStrategyOptions Retry { get; set; } = new();

    /// <summary>When requests are refused because too many have failed.</summary>
    public HttpCircuitBreakerStrategyOptions CircuitBreaker { get; set; } = new();

    /// <summary>How long one attempt may take: 10 s.</summary>
    public HttpTimeoutStrategyOptions AttemptTimeout { get; set; } = new() { Name = "Standard-AttemptTimeout", Timeout = TimeSpan.FromSeconds(10) };

    internal void Validate()
    {
        var mistakes = new List<string>();
        if (AttemptTimeout.Timeout > TotalRequestTimeout.Timeout)
            mistakes.Add($"AttemptTimeout ({AttemptTimeout.Timeout}) is longer than TotalRequestTimeout ({TotalRequestTimeout.Timeout})");
        if (CircuitBreaker.SamplingDuration < AttemptTimeout.Timeout * 2)
            mistakes.Add($"CircuitBreaker.SamplingDuration ({CircuitBreaker.SamplingDuration}) is shorter than two AttemptTimeouts ({AttemptTimeout.Timeout})");
        if (mistakes.Count > 0) throw new ValidationException(string.Join("; ", mistakes));
    }
}

/// <summary>A limit on requests that run at once.</summary>
public sealed class HttpRateLimiterStrategyOptions : ResilienceStrategyOptions
{
    /// <summary>Sets the defaults.</summary>
    public HttpRateLimiterStrategyOptions() => Name = "Standard-RateLimiter";

    /// <summary>1000 at once, none waits.</summary>
    public ConcurrencyLimiterOptions DefaultRateLimiterOptions { get; set; } = new() { PermitLimit = 1000, QueueLimit = 0 };
}

/// <summary>A limit on time.</summary>
public sealed class HttpTimeoutStrategyOptions : TimeoutStrategyOptions;

/// <summary>Opens when a tenth of at least 100 requests within 30 s failed, and stays open for 5 s.</summary>
public sealed class HttpCircuitBreakerStrategyOptions : CircuitBreakerStrategyOptions<HttpResponseMessage>
{
    /// <summary>Sets the defaults.</summary>
    public HttpCircuitBreakerStrategyOptions()
    {
        Name = "Standard-CircuitBreaker";
        ShouldHandle = static args => new(HttpClientResiliencePredicates.IsTransient(args.Outcome));
    }
}

/// <summary>Three more attempts after 2, 4 and 8 s (exponential, with jitter), or when a <c>Retry-After</c> header says so.</summary>
public sealed class HttpRetryStrategyOptions : RetryStrategyOptions<HttpResponseMessage>
{
    /// <summary>Sets the defaults.</summary>
    public HttpRetryStrategyOptions()
    {
        Name = "Standard-Retry";
        BackoffType = DelayBackoffType.Exponential;
        UseJitter = true;
        MaxRetryAttempts = 3;
        Delay = TimeSpan.FromSeconds(2);
        ShouldHandle = static args => new(HttpClientResiliencePredicates.IsTransient(args.Outcome, args.Context.CancellationToken));
    }

    /// <summary>Whether a <c>Retry-After</c> header sets the delay. An own <see cref="RetryStrategyOptions{TResult}.DelayGenerator"/> wins over it.</summary>
    public bool ShouldRetryAfterHeader { get; set; } = true;

    /// <summary>Retries only methods that change nothing (GET, HEAD, OPTIONS, TRACE). By default every method is tried again.</summary>
    public void DisableForUnsafeHttpMethods()
    {
        var handled = ShouldHandle;
        ShouldHandle = async args => StandardResilienceHandler.RequestOf(args.Context) is { } request && IsSafe(request.Method) && await handled(args);
    }

    private static bool IsSafe(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options || method == HttpMethod.Trace;
}
