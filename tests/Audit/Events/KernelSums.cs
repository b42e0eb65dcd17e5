using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;

namespace Coral.Audit.Tests.Events;

/// <summary>Measurements of collectors.</summary>
internal static class KernelSums
{
    public static IEnumerable<AuditEvent> All =>
    [
        new SyscallSumsEvent
        {
            Timestamp = EventSamples.Noon,
            Origin = Samples.Origin,
            WindowNanoseconds = 10_000_000_000,
            Name = "openat",
            Calls = 1_200,
            Errors = 31,
            Microseconds = 4_100,
            MedianMicroseconds = 4,
            HighMicroseconds = 64,
            Workload = EventSamples.Pod,
        },
        new TcpSumsEvent
        {
            Timestamp = EventSamples.Noon,
            Origin = Samples.Origin,
            WindowNanoseconds = 10_000_000_000,
            Opened = 12,
            Accepted = 3,
            Failed = 1,
            Closed = 14,
            Resets = 1,
            Sent = 88_000,
            Received = 1_200_000,
            Resent = 1_448,
            SegmentsOut = 310,
            SegmentsIn = 900,
            Retransmits = 1,
            MedianMicroseconds = 256,
            HighMicroseconds = 1_024,
            Workload = EventSamples.Pod,
        },
        new CollectorPressureEvent { Timestamp = EventSamples.Noon, Origin = Samples.Origin, Name = "exec", Step = "sampling", OneOf = 10, FullPercent = 93 },
        new ShippingAccountEvent
        {
            Timestamp = EventSamples.Noon,
            Origin = Samples.Origin,
            Workload = EventSamples.Owned,
            WindowNanoseconds = 10_000_000_000,
            OfRecords = true,
            Taken = 1000,
            Written = 880,
            Dropped = 60,
            Refused = 40,
            Waiting = 20,
            Unnamed = 7,
        },
        new HttpSumsEvent
        {
            Timestamp = EventSamples.Noon,
            Origin = Samples.Origin,
            WindowNanoseconds = 10_000_000_000,
            Role = "server",
            Port = 8080,
            Method = "GET",
            Status = 200,
            Requests = 1_200,
            Aborted = 2,
            RequestBytes = 98_000,
            ResponseBytes = 1_400_000,
            FirstMicroseconds = 240_000,
            MedianFirstMicroseconds = 256,
            HighFirstMicroseconds = 2_048,
            Microseconds = 300_000,
            MedianMicroseconds = 256,
            HighMicroseconds = 4_096,
            Workload = EventSamples.Pod,
        },
        new CollectorAccountEvent
        {
            Timestamp = EventSamples.Noon,
            Origin = Samples.Origin,
            WindowNanoseconds = 10_000_000_000,
            Name = "exec",
            Seen = 38,
            Filtered = 10,
            Aggregated = 1,
            Emitted = 20,
            LostRing = 4,
            LostMap = 1,
            LostRate = 2,
            Errors = 0,
            Sampled = 0,
            Workload = EventSamples.Pod,
        },
    ];
}
