// The one place that says whose resilience handler is tested.
global using Coral.Kubernetes.Resilience;
#if USE_HTTP_RESILIENCE
global using Microsoft.Extensions.Http.Resilience;
global using Polly.RateLimiting;
#endif
