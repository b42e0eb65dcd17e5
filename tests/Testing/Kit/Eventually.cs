using System.Diagnostics;

namespace Coral.Testing.Kit;

/// <summary>Waits for real conditions. Nothing else in these tests waits for time to pass.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks every 100 ms until the answer is yes.</summary>
    /// <param name="condition">An exception counts as no; the last one is part of the failure.</param>
    /// <param name="timeout">How long it may take at most; generous, because it costs nothing when all is well.</param>
    /// <param name="what">What is waited for, as a sentence: "the pod is running".</param>
    public static Task Async(Func<Task<bool>> condition, TimeSpan timeout, string what) =>
        Async(async () => await condition() ? "yes" : null, timeout, what);

    /// <summary>Asks every 100 ms until there is an answer, and returns it.</summary>
    public static async Task<T> Async<T>(Func<Task<T?>> probe, TimeSpan timeout, string what)
        where T : class
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            Exception? failure = null;
            try
            {
                if (await probe() is { } answer) return answer;
            }
            catch (Exception e)
            {
                failure = e;
            }

            if (watch.Elapsed >= timeout)
                throw new TimeoutException($"not within {timeout.TotalSeconds:0.#} s: {what}{(failure is null ? "" : $"; the last try failed: {failure.Message}")}", failure);
            await Task.Delay(Interval, TimeProvider.System);
        }
    }
}
