using Polly;

namespace Coral.Kubernetes.Resilience;

/// <summary>A request was not sent because too many others were running.</summary>
public sealed class RateLimiterRejectedException(string message) : ExecutionRejectedException(message);
