using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;
using Polly;
using Polly.Retry;

namespace Coral.Kubernetes.Resilience;

/// <summary>
/// Sends requests through the strategies of <see cref="HttpStandardResilienceOptions"/>: rate limit, total timeout, retry, circuit breaker, attempt timeout.
/// The same request object is sent at each attempt, so its content must be readable again (a byte array, not a stream). The client that uses it
/// should have an infinite timeout of its own. Thread safe; the options are read once.
/// </summary>
public sealed class StandardResilienceHandler : DelegatingHandler
{
    private static readonly ResiliencePropertyKey<HttpRequestMessage> RequestKey = new("Coral.Http.Request");

    private readonly ResiliencePipeline<HttpResponseMessage> pipeline;
    private readonly ConcurrencyLimiter limiter;

    /// <summary>Builds the pipeline.</summary>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is out of its range or contradicts another.</exception>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "AddStrategy validates annotations of the rate limiter's options, which have none.")]
    public StandardResilienceHandler(HttpStandardResilienceOptions options, TimeProvider time, HttpMessageHandler inner)
        : base(inner)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        limiter = new ConcurrencyLimiter(options.RateLimiter.DefaultRateLimiterOptions);
        if (options.Retry.ShouldRetryAfterHeader) options.Retry.DelayGenerator ??= args => new(RetryAfter(args, time));
        pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { Name = "standard", TimeProvider = time }
            .AddStrategy(_ => new RateLimiterResilienceStrategy(limiter), options.RateLimiter)
            .AddTimeout(options.TotalRequestTimeout)
            .AddRetry(options.Retry)
            .AddCircuitBreaker(options.CircuitBreaker)
            .AddTimeout(options.AttemptTimeout)
            .Build();
    }

    internal static HttpRequestMessage? RequestOf(ResilienceContext context) => context.Properties.GetValue(RequestKey, null!);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(RequestKey, request);
        try
        {
            var outcome = await pipeline.ExecuteOutcomeAsync(
                static async (context, state) =>
                {
                    try
                    {
                        return Outcome.FromResult(await state.Handler.SendOnceAsync(state.Request, context.CancellationToken));
                    }
                    catch (Exception exception)
                    {
                        return Outcome.FromException<HttpResponseMessage>(exception);
                    }
                },
                context,
                (Handler: this, Request: request));
            outcome.ThrowIfException();
            return outcome.Result!;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) limiter.Dispose();
        base.Dispose(disposing);
    }

    private Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellation) => base.SendAsync(request, cancellation);

    private static TimeSpan? RetryAfter(RetryDelayGeneratorArguments<HttpResponseMessage> args, TimeProvider time) =>
        args.Outcome.Result?.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => TimeSpan.FromTicks(Math.Max(0, (date - time.GetUtcNow()).Ticks)),
            _ => null,
        };
}
