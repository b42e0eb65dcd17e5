namespace Coral.Kubernetes;

/// <summary>
/// How long to wait after failures in a row: 0.5 s doubled each time up to 30 s, of which up to a half is taken off at random, so that many clients do not
/// come back at once.
/// </summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <param name="failures">How many failures in a row, 1 or more.</param>
    /// <param name="random">From 0 up to 1.</param>
    public static TimeSpan After(int failures, double random)
    {
        var full = Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(2, failures - 1));
        return TimeSpan.FromSeconds(full * (1 - (random / 2)));
    }
}
