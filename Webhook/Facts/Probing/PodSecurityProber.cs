using Coral.Policies.PodSecurity;
using Microsoft.Extensions.Logging;

namespace Coral.Webhook.Facts.Probing;

/// <summary>Probes again and again, and keeps the last good answer for as long as it counts. Members may be read from any thread; <see cref="RunAsync"/> is called once.</summary>
internal sealed class PodSecurityProber(DefaultsProbe probe, TimeProvider time, ILogger logger)
{
    /// <summary>An API server's configuration changes with a restart at the earliest.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>An answer that could not be had again for so long counts no more.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>The longest wait after failures: an operator who mended the cause does not wait for the hour.</summary>
    internal static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(10);

    private volatile State state = new(null, 0, null, 0);

    /// <summary>Raised after each probe, on its thread.</summary>
    internal event Action? Probed;

    /// <summary>What was learnt; null before the first good answer and when the last one is too old. The same object for as long as it says the same.</summary>
    internal PodSecurityDefaults? Current => state is { Learnt: { } learnt, At: var at } && time.GetElapsedTime(at) < Lifetime ? learnt : null;

    /// <summary>Never unwell: without an answer the assumed level holds, which is the safe one.</summary>
    internal HealthLine Health
    {
        get
        {
            var now = state;
            var age = time.GetElapsedTime(now.At);
            var held = now.Learnt is null ? "the assumed level holds" : age < Lifetime ? $"{Describe(now.Learnt)}, as learnt {Ago(age)}" : $"what was learnt {Ago(age)} counts no more";
            return new HealthLine("pod-security-probe", true, now switch
            {
                { Problem: { } problem } => $"unknown: {problem}; {held}",
                { Learnt: null } => $"no answer yet; {held}",
                _ => held,
            });
        }
    }

    /// <summary>Probes until it is cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await ProbeAsync(cancellation);
                Probed?.Invoke();
                await Task.Delay(Pause(state.Failures, Random.Shared.NextDouble()), time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The asked-for end.
        }
    }

    /// <summary>Replicas that started together do not stay together: up to a tenth is taken off, after failures up to a half.</summary>
    internal static TimeSpan Pause(int failures, double random) => failures == 0
        ? Period * (1 - (random / 10))
        : TimeSpan.FromTicks(Math.Min(LongestRetry.Ticks, FirstRetry.Ticks << Math.Min(failures - 1, 16))) * (1 - (random / 2));

    private async Task ProbeAsync(CancellationToken cancellation)
    {
        var before = state;
        try
        {
            var learnt = await probe.AskAsync(cancellation);
            if (before.Learnt != learnt || before.Problem is not null) logger.DefaultsLearnt(Describe(learnt));
            state = new State(learnt == before.Learnt ? before.Learnt : learnt, time.GetTimestamp(), null, 0);
        }
        catch (ProbeException unknown)
        {
            if (before.Problem != unknown.Message) logger.DefaultsUnknown(unknown.Message);
            state = before with { Problem = unknown.Message, Failures = before.Failures + 1 };
        }
    }

    private static string Describe(PodSecurityDefaults defaults) => $"enforce {defaults.Enforce}, warn {defaults.Warn}";

    private static string Ago(TimeSpan age) => age.TotalMinutes < 2 ? $"{age.TotalSeconds:0} s ago" : age.TotalHours < 2 ? $"{age.TotalMinutes:0} min ago" : $"{age.TotalHours:0} h ago";

    private sealed record State(PodSecurityDefaults? Learnt, long At, string? Problem, int Failures);
}
