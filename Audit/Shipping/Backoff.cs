namespace Coral.Audit.Shipping;

/// <summary>Pauses with full jitter, so that many shippers don't come back in step. Senders that fail together count as one failure. Thread safe.</summary>
internal sealed class Backoff(ShipperOptions options)
{
    private readonly Lock gate = new();
    private int failures;

    /// <summary>To be read before a try and given to <see cref="Next"/> after it failed.</summary>
    public int Failures
    {
        get
        {
            lock (gate) return failures;
        }
    }

    public void Reset()
    {
        lock (gate) failures = 0;
    }

    public TimeSpan Next(int seen, TimeSpan? atLeast)
    {
        double bound;
        lock (gate)
        {
            bound = Math.Min(options.BackoffMax.TotalSeconds, options.BackoffFirst.TotalSeconds * Math.Pow(2, Math.Min(seen, 30)));
            if (seen == failures) failures++;
        }

        var pause = TimeSpan.FromSeconds(bound * options.Random());
        // A server's wish counts, but not one that would stop us for good.
        var wish = atLeast ?? TimeSpan.Zero;
        if (wish > options.BackoffMax) wish = options.BackoffMax;
        return pause > wish ? pause : wish;
    }
}
