namespace Coral.Audit.Shipping;

/// <summary>
/// How many bytes one request may have, learnt from the server. After 413 the bound is sought by halving between the largest size that was taken and the smallest that was not, and then kept; after a while it is
/// tried anew, because servers are configured anew. After 429 it is halved and grows back slowly. Thread safe.
/// </summary>
internal sealed class BatchSize
{
    private const int LeastWhenBusy = 64 * 1024;
    private const int LeastGrowth = 1024;
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly int most;
    private readonly TimeProvider time;
    private long current;
    private long taken;
    private long refused = long.MaxValue;
    private DateTimeOffset refusedAt;

    public BatchSize(int most, TimeProvider time)
    {
        this.most = most;
        this.time = time;
        current = most;
    }

    public long Bytes
    {
        get
        {
            lock (gate) return current;
        }
    }

    /// <summary>The server took a request of that size.</summary>
    public void Took(long bytes)
    {
        lock (gate)
        {
            if (refused < long.MaxValue && time.GetUtcNow() - refusedAt > Memory) refused = long.MaxValue;
            // Not below what was refused: a node may take what another does not.
            if (bytes < refused) taken = Math.Max(taken, bytes);
            current = Math.Min(Bound(), current + (current / 4) + LeastGrowth);
        }
    }

    /// <summary>The server said that it is too large.</summary>
    public void TooLarge(long bytes)
    {
        lock (gate)
        {
            refused = Math.Min(refused, bytes);
            refusedAt = time.GetUtcNow();
            if (taken >= refused) taken = 0;
            current = Math.Max(1, Math.Min(Bound(), refused - 1));
        }
    }

    /// <summary>The server asks for patience.</summary>
    public void Busy()
    {
        lock (gate) current = Math.Min(current, Math.Max(LeastWhenBusy, current / 2));
    }

    private long Bound()
    {
        if (refused == long.MaxValue) return most;
        // Within an eighth of the bound no more is gained by asking.
        return Math.Min(most, refused - taken <= refused / 8 ? taken : taken + ((refused - taken) / 2));
    }
}
