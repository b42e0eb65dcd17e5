namespace Coral.Audit.Tests.Faults;

/// <summary>A clock on the wall that somebody sets, beside timers and timestamps that go on evenly, as those of a machine do. Thread safe.</summary>
internal sealed class JumpingClock(TimeProvider even) : TimeProvider
{
    private long offset;

    public override long TimestampFrequency => even.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => even.GetUtcNow() + new TimeSpan(Volatile.Read(ref offset));

    public override long GetTimestamp() => even.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => even.CreateTimer(callback, state, dueTime, period);

    public void Jump(TimeSpan by) => Interlocked.Add(ref offset, by.Ticks);
}
