using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Collectors.Accounting;

/// <summary>
/// Makes of sums that are only ever added to what came in each window: over all windows it is the last sum, whatever the moments of reading. Not thread safe.
/// </summary>
/// <typeparam name="TKey">What is counted.</typeparam>
/// <typeparam name="TValue">64-bit counters, and nothing else.</typeparam>
internal sealed class Deltas<TKey, TValue>
    where TKey : unmanaged
    where TValue : unmanaged
{
    private readonly Dictionary<TKey, TValue> before = [];
    private readonly Dictionary<TKey, TValue> parted = [];

    /// <summary>What each key has gained since the last call, without those that gained nothing.</summary>
    /// <param name="now">All sums as they are. A key that is not there any more, without a <see cref="Part"/>, has gained nothing; one whose counters are lower than before began anew.</param>
    internal List<KeyValuePair<TKey, TValue>> Next(IReadOnlyDictionary<TKey, TValue> now)
    {
        var gained = new List<KeyValuePair<TKey, TValue>>();
        foreach (var (key, value) in now)
        {
            var delta = value;
            if (before.TryGetValue(key, out var old)) Subtract(ref delta, old);
            if (parted.Remove(key, out var rest)) Add(ref delta, rest);
            if (!IsNothing(delta)) gained.Add(new(key, delta));
        }

        foreach (var (key, rest) in parted)
        {
            if (!IsNothing(rest)) gained.Add(new(key, rest));
        }

        parted.Clear();
        before.Clear();
        foreach (var (key, value) in now) before[key] = value;
        return gained;
    }

    /// <summary>A key was taken out of the map: what it gained since the last window is told in the next, also where the same key begins anew.</summary>
    /// <param name="key">Which.</param>
    /// <param name="last">What its sum was.</param>
    internal void Part(TKey key, TValue last)
    {
        if (before.Remove(key, out var old)) Subtract(ref last, old);
        if (parted.TryGetValue(key, out var rest)) Add(ref last, rest);
        parted[key] = last;
    }

    private static Span<ulong> Counters(ref TValue value) => MemoryMarshal.Cast<TValue, ulong>(MemoryMarshal.CreateSpan(ref value, 1));

    private static bool IsNothing(TValue value) => !Counters(ref value).ContainsAnyExcept(0UL);

    private static void Add(ref TValue to, TValue value)
    {
        var sum = Counters(ref to);
        var more = Counters(ref value);
        for (var at = 0; at < sum.Length; at++) sum[at] += more[at];
    }

    private static void Subtract(ref TValue from, TValue old)
    {
        var sum = Counters(ref from);
        var less = Counters(ref old);
        for (var at = 0; at < sum.Length; at++)
        {
            if (sum[at] < less[at]) return;
        }

        for (var at = 0; at < sum.Length; at++) sum[at] -= less[at];
    }
}
