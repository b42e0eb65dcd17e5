using Coral.Policies.PodSecurity;
using Coral.Testing;
using Coral.Webhook.Facts.Probing;
using Microsoft.Extensions.Logging;

namespace Coral.Webhook.Tests.Probing;

/// <summary>The last good answer is kept for a day and asked for again each hour, after failures sooner.</summary>
public sealed class PodSecurityProberTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new();
    private readonly FakeProbeServer server = new() { Enforce = FakeProbeServer.Level("baseline:latest"), Warn = FakeProbeServer.Level("restricted:latest") };
    private readonly Lines log = new();
    private readonly CancellationTokenSource stop = new();
    private readonly PodSecurityProber prober;
    private Task running = Task.CompletedTask;
    private int probes;

    public PodSecurityProberTests()
    {
        prober = new PodSecurityProber(new DefaultsProbe(server.Connect), time, log);
        prober.Probed += () => Interlocked.Increment(ref probes);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }

    [Fact]
    public void Before_the_first_answer_nothing_is_known_and_nothing_is_unwell()
    {
        Assert.Null(prober.Current);
        Assert.Equal((true, "no answer yet; the assumed level holds"), (prober.Health.Well, prober.Health.Text));
    }

    [Fact]
    public async Task An_answer_is_had_at_once_and_again_within_the_hour()
    {
        await StartAsync();
        Assert.Equal(server.Enforce, prober.Current!.Enforce);
        Assert.Equal("enforce baseline:latest, warn restricted:latest, as learnt 0 s ago", prober.Health.Text);

        var first = prober.Current;
        await AdvanceAsync(PodSecurityProber.Period);
        Assert.Equal(2, probes);
        Assert.Same(first, prober.Current);

        server.Enforce = FakeProbeServer.Level("restricted:v1.30");
        await AdvanceAsync(PodSecurityProber.Period);
        Assert.Equal("restricted:v1.30", prober.Current!.Enforce.ToString());
        Assert.Equal(2, log.Count);
    }

    [Fact]
    public async Task A_failure_keeps_the_last_good_answer_for_a_day_and_says_how_old_it_is()
    {
        await StartAsync();
        server.Namespace = null;
        await AdvanceAsync(PodSecurityProber.Period);
        Assert.NotNull(prober.Current);
        Assert.Matches("^unknown: the namespace coral-probe is missing: .*; enforce baseline:latest, warn restricted:latest, as learnt 60 min ago$", prober.Health.Text);

        while (time.GetUtcNow() < Start + TimeSpan.FromHours(23)) await AdvanceAsync(PodSecurityProber.LongestRetry);
        Assert.NotNull(prober.Current);
        while (time.GetUtcNow() < Start + PodSecurityProber.Lifetime) await AdvanceAsync(PodSecurityProber.LongestRetry);
        Assert.Null(prober.Current);
        Assert.Matches("^unknown: .*; what was learnt 24 h ago counts no more$", prober.Health.Text);
        Assert.True(prober.Health.Well);

        // Said once when it was learnt, and once when it failed, not with each try.
        Assert.Equal(2, log.Count);
    }

    [Fact]
    public async Task After_a_failure_it_is_asked_sooner_and_a_good_answer_ends_that()
    {
        server.Creating = _ => throw FakeProbeServer.Status(403, "Forbidden", "no");
        await StartAsync();
        Assert.Null(prober.Current);
        server.Creating = null;
        await AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.NotNull(prober.Current);

        time.Advance(PodSecurityProber.Period * 0.89);
        Assert.Equal(2, probes);
    }

    [Fact]
    public void Pauses_grow_to_ten_minutes_and_are_never_all_the_same()
    {
        Assert.Equal((TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(54)), (PodSecurityProber.Pause(0, 0), PodSecurityProber.Pause(0, 1)));
        Assert.Equal([10, 20, 40, 80, 160, 320, 600, 600], Enumerable.Range(1, 8).Select(failures => (int)PodSecurityProber.Pause(failures, 0).TotalSeconds));
        Assert.Equal(TimeSpan.FromSeconds(300), PodSecurityProber.Pause(int.MaxValue, 1));
    }

    private DateTimeOffset Start { get; } = new FakeTimeProvider().GetUtcNow();

    private Task StartAsync()
    {
        running = prober.RunAsync(stop.Token);
        return WaitingAsync(1);
    }

    /// <summary>Moves the clock past the next probe, and waits until that has ended.</summary>
    private Task AdvanceAsync(TimeSpan by)
    {
        var next = probes + 1;
        time.Advance(by);
        return WaitingAsync(next);
    }

    private async Task WaitingAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Volatile.Read(ref probes) < count || time.Waiting == 0)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class Lines : ILogger
    {
        private int count;

        internal int Count => Volatile.Read(ref count);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Interlocked.Increment(ref count);
    }
}
