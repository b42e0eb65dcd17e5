namespace Coral.Audit.Shipping;

/// <summary>Pauses with full jitter, so that many shippers don't come back in step.</summary>
internal sealed class Backoff(ShipperOptions options)
{
    private int failures;

    public void Reset() => failures = 0;

    public TimeSpan Next(TimeSpan? atLeast)
    {
        var bound = Math.Min(options.BackoffMax.TotalSeconds, options.BackoffFirst.TotalSeconds * Math.Pow(2, Math.Min(failures, 30)));
        failures++;
        var pause = TimeSpan.FromSeconds(bound * options.Random());
        // A server's wish counts, but not one that would stop us for good.
        var wish = atLeast ?? TimeSpan.Zero;
        if (wish > options.BackoffMax) wish = options.BackoffMax;
        return pause > wish ? pause : wish;
    }
}
