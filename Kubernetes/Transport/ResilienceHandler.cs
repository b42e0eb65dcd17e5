// The one place that says whose resilience handler requests go through. With USE_HTTP_RESILIENCE the folder Resilience/ is not compiled; what the package gives only by a service provider is made from one here.
#if !USE_HTTP_RESILIENCE
global using Coral.Kubernetes.Resilience;
#else
global using Coral.Kubernetes.Resilience;
global using Microsoft.Extensions.Http.Resilience;
global using Polly.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Polly;

namespace Coral.Kubernetes.Resilience;

/// <summary>Sends requests through the package's standard handler.</summary>
public sealed class StandardResilienceHandler : DelegatingHandler
{
    private const string Name = "coral";

    private readonly ServiceProvider services;

    /// <summary>Builds the pipeline.</summary>
    public StandardResilienceHandler(HttpStandardResilienceOptions options, TimeProvider time, HttpMessageHandler inner)
    {
        var all = new ServiceCollection().AddSingleton(time);
        // For as long as the handler lives: the connections below change themselves.
        var client = all.AddHttpClient(Name).SetHandlerLifetime(Timeout.InfiniteTimeSpan).ConfigurePrimaryHttpMessageHandler(() => inner);
        client.AddStandardResilienceHandler(standard =>
        {
            standard.RateLimiter = options.RateLimiter;
            standard.TotalRequestTimeout = options.TotalRequestTimeout;
            standard.Retry = options.Retry;
            standard.CircuitBreaker = options.CircuitBreaker;
            standard.AttemptTimeout = options.AttemptTimeout;
        });
        services = all.BuildServiceProvider();
        InnerHandler = services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(Name);
    }

    internal static HttpRequestMessage? RequestOf(ResilienceContext context) => context.GetRequestMessage();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) services.Dispose();
        base.Dispose(disposing);
    }
}
#endif
