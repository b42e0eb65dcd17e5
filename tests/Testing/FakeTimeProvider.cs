namespace Coral.Testing;

/// <summary>A clock that moves only when the test moves it. Timers that fall due run on the caller of <see cref="Advance"/>, in the order of their time. Thread safe.</summary>
public sealed class FakeTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<FakeTimer> timers = [];
    private DateTimeOffset now = start;

    /// <summary>Starts on a fixed day, so that golden files stay the same.</summary>
    public FakeTimeProvider()
        : this(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero))
    {
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many timers wait: a test that needs one to stand before it moves the clock can await this.</summary>
    public int Waiting
    {
        get
        {
            lock (gate) return timers.Count;
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock, stopping at each timer that falls due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        DateTimeOffset target;
        lock (gate) target = now + by;
        while (true)
        {
            FakeTimer? due;
            lock (gate)
            {
                due = timers.Where(timer => timer.Due <= target).MinBy(timer => timer.Due);
                now = due is null || due.Due < now ? due is null ? target : now : due.Due;
                if (due is not null)
                {
                    if (due.Period > TimeSpan.Zero) due.Due = now + due.Period;
                    else timers.Remove(due);
                }
            }

            if (due is null) return;
            due.Run();
        }
    }

    private sealed class FakeTimer(FakeTimeProvider clock, Action run) : ITimer
    {
        /// <summary>As the timers of the system have it.</summary>
        private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Run() => run();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(dueTime, Longest);
            var immediate = false;
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Period = period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period;
                Due = clock.now + dueTime;
                if (dueTime == TimeSpan.Zero && Period == TimeSpan.Zero) immediate = true;
                else clock.timers.Add(this);
            }

            if (immediate) run();
            return true;
        }

        public void Dispose()
        {
            lock (clock.gate) clock.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
