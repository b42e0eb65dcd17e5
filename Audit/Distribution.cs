namespace Coral.Audit;

/// <summary>Counts values by size, as a Prometheus histogram shows them. Thread safe.</summary>
public sealed class Distribution
{
    private readonly Lock gate = new();
    private readonly double[] bounds;
    private readonly long[] counts;
    private double sum;

    internal Distribution(params double[] bounds)
    {
        this.bounds = bounds;
        counts = new long[bounds.Length + 1];
    }

    /// <summary>The upper bounds, the last for what is larger than all others: infinity. Each with the number of values up to it, smaller ones included; and the sum of all values.</summary>
    public (IReadOnlyList<(double Bound, long Count)> Buckets, double Sum) Read()
    {
        var read = new (double, long)[counts.Length];
        lock (gate)
        {
            long total = 0;
            for (var i = 0; i < counts.Length; i++)
            {
                total += counts[i];
                read[i] = (i < bounds.Length ? bounds[i] : double.PositiveInfinity, total);
            }

            return (read, sum);
        }
    }

    internal void Add(double value)
    {
        var at = 0;
        while (at < bounds.Length && value > bounds[at]) at++;
        lock (gate)
        {
            counts[at]++;
            sum += value;
        }
    }
}
