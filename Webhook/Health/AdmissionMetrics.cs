using System.Collections.Concurrent;

namespace Coral.Webhook.Health;

/// <summary>Counts of requests by how they ended, and how long they took. Labels are codes of ours only, never text of a tenant. Thread safe.</summary>
internal sealed class AdmissionMetrics
{
    /// <summary>Upper bounds in seconds, from 0.05 ms.</summary>
    internal static readonly double[] Bounds = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

    private readonly ConcurrentDictionary<Key, Counter> requests = new();
    private readonly ConcurrentDictionary<string, Histogram> durations = new(StringComparer.Ordinal);
    private long malformed;

    /// <summary>Bodies that were no review.</summary>
    internal long Malformed => Interlocked.Read(ref malformed);

    /// <summary>Each way to end with its count.</summary>
    internal IEnumerable<(string Webhook, string Outcome, string Reason, long Count)> Requests =>
        requests.Select(pair => (pair.Key.Webhook, pair.Key.Outcome, pair.Key.Reason, Interlocked.Read(ref pair.Value.Value)))
            .OrderBy(row => row.Webhook, StringComparer.Ordinal).ThenBy(row => row.Outcome, StringComparer.Ordinal).ThenBy(row => row.Reason, StringComparer.Ordinal);

    /// <summary>Counts by bucket (not cumulated), the sum in seconds, by webhook.</summary>
    internal IEnumerable<(string Webhook, long[] Buckets, double Sum)> Durations =>
        durations.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value.Copy(), pair.Value.Seconds));

    internal void Ended(string webhook, string outcome, string reason, TimeSpan took)
    {
        Interlocked.Increment(ref requests.GetOrAdd(new Key(webhook, outcome, reason), static _ => new Counter()).Value);
        durations.GetOrAdd(webhook, static _ => new Histogram()).Add(took);
    }

    internal void CountMalformed() => Interlocked.Increment(ref malformed);

    private readonly record struct Key(string Webhook, string Outcome, string Reason);

    private sealed class Counter
    {
        internal long Value;
    }

    private sealed class Histogram
    {
        private readonly long[] buckets = new long[Bounds.Length + 1];
        private long ticks;

        internal double Seconds => TimeSpan.FromTicks(Interlocked.Read(ref ticks)).TotalSeconds;

        internal void Add(TimeSpan took)
        {
            var seconds = took.TotalSeconds;
            var at = 0;
            while (at < Bounds.Length && seconds > Bounds[at]) at++;
            Interlocked.Increment(ref buckets[at]);
            Interlocked.Add(ref ticks, took.Ticks);
        }

        internal long[] Copy() => [.. buckets.Select((_, at) => Interlocked.Read(ref buckets[at]))];
    }
}
