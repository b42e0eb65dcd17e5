using System.Threading.RateLimiting;

namespace Polly.RateLimiting;

public class RateLimiterStrategyOptions : ResilienceStrategyOptions
{
    public ConcurrencyLimiterOptions DefaultRateLimiterOptions { get; set; }
}

public sealed class RateLimiterRejectedException : ExecutionRejectedException;
