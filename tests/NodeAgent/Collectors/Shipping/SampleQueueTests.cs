using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using Coral.NodeAgent.Collectors.Shipping;

namespace Coral.NodeAgent.Tests.Collectors.Shipping;

public sealed class SampleQueueTests : IDisposable
{
    private static readonly AuditOrigin Origin = new() { Service = "test" };

    private readonly SampleQueue queue = new(10 * 600);

    [Fact]
    public void The_oldest_records_give_way_then_the_oldest_sums_and_each_is_counted()
    {
        for (var pid = 0; pid < 6; pid++) queue.Add(Record(pid));
        for (var number = 0; number < 7; number++) queue.Add(Sum(number));
        Assert.Equal(new SampleCounts(Taken: 6, Written: 0, Dropped: 3, Refused: 0, Unnamed: 0), queue.Counts(SampleClass.Record));
        for (var number = 7; number < 12; number++) queue.Add(Sum(number));

        Assert.Equal((6, 2), (queue.Counts(SampleClass.Record).Dropped, queue.Counts(SampleClass.Sum).Dropped));
        Assert.Equal(Enumerable.Range(2, 10).Select(number => (long)number), All().Cast<CollectorAccountEvent>().Select(sum => sum.Seen));
        Assert.Equal(0, queue.Bytes);
    }

    [Fact]
    public void What_is_large_takes_the_room_of_several()
    {
        for (var pid = 0; pid < 5; pid++) queue.Add(Record(pid));
        queue.Add(Record(5, new string('x', 2000)));

        Assert.Equal([3, 4, 5], All().Cast<ProcessEvent>().Select(record => record.Process.Pid));
    }

    [Fact]
    public void Sums_leave_before_records_and_the_account_closes()
    {
        queue.Add(Record(1));
        queue.Add(Sum(2));
        var first = queue.Take()!;
        queue.Count(first, written: true);
        queue.Count(queue.Take()!, written: false);

        Assert.IsType<CollectorAccountEvent>(first);
        Assert.Equal((1, 0, 0), (queue.Counts(SampleClass.Sum).Written, queue.Counts(SampleClass.Sum).Refused, queue.Counts(SampleClass.Sum).Waiting));
        Assert.Equal((0, 1, 0), (queue.Counts(SampleClass.Record).Written, queue.Counts(SampleClass.Record).Refused, queue.Counts(SampleClass.Record).Waiting));
    }

    public void Dispose() => queue.Dispose();

    private List<AuditEvent> All()
    {
        var all = new List<AuditEvent>();
        while (queue.Take() is { } next) all.Add(next);
        return all;
    }

    private static ProcessEvent Record(int pid, params string[] arguments) =>
        new() { Timestamp = DateTimeOffset.UnixEpoch, Origin = Origin, Action = ProcessAction.Exec, Process = new ProcessInfo { Pid = pid, Arguments = [.. arguments] } };

    private static CollectorAccountEvent Sum(int number) => new()
    {
        Timestamp = DateTimeOffset.UnixEpoch,
        Origin = Origin,
        Name = "exec",
        WindowNanoseconds = 1,
        Seen = number,
        Filtered = 0,
        Aggregated = 0,
        Emitted = 0,
        LostRing = 0,
        LostMap = 0,
        LostRate = 0,
        Errors = 0,
    };
}
