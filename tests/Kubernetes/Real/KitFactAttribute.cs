namespace Coral.Kubernetes.Tests.Real;

/// <summary>A test against the kit's API server. Skipped where the kit is not, except in CI, where that is a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KitFactAttribute : FactAttribute
{
    public KitFactAttribute()
    {
        if (KitCluster.Kit is null && Environment.GetEnvironmentVariable("CI") != "true") Skip = "no ../shared/kit beside the checkout";
    }
}
