using Coral.Audit.Events.Kernel;
using Coral.NodeAgent.Collectors.Accounting;
using Coral.NodeAgent.Collectors.Http;
using Coral.NodeAgent.Collectors.Syscalls;
using Coral.NodeAgent.Collectors.Tcp;

namespace Coral.NodeAgent.Collectors.Running;

/// <summary>What a collector summed in a window, as documents. Each call ends a window and begins the next.</summary>
internal static class SumsReport
{
    private const double Median = 0.5;
    private const double High = 0.99;
    private const ulong NanosecondsPerMicrosecond = 1000;

    /// <summary>The report of a collector; null where it has no sums but its books.</summary>
    internal static Action<SumsWindow>? Of(Collector collector, CollectorContext context) => collector switch
    {
        SyscallCollector syscalls => Of(syscalls, context),
        TcpCollector tcp => Of(tcp, context),
        HttpCollector http => Of(http, context),
        _ => null,
    };

    /// <summary>The books of each control group of which something was seen.</summary>
    internal static void Show(string collector, IEnumerable<KeyValuePair<ulong, Counts>> books, CollectorContext context, in SumsWindow window)
    {
        foreach (var (group, counts) in books.OrderBy(pair => pair.Key))
        {
            var account = new CollectorAccountEvent
            {
                Timestamp = window.End,
                Origin = context.Origin,
                WindowNanoseconds = window.Nanoseconds,
                Name = collector,
                Seen = (long)counts.Seen,
                Filtered = (long)counts.Filtered,
                Aggregated = (long)counts.Aggregated,
                Emitted = (long)counts.Emitted,
                LostRing = (long)counts.LostRing,
                LostMap = (long)counts.LostMap,
                LostRate = (long)counts.LostRate,
                Errors = (long)counts.Error,
                Sampled = (long)counts.Sampled,
                Workload = context.Identities.Workload(group),
            };
            context.Take(account, group);
        }
    }

    private static Action<SumsWindow> Of(SyscallCollector collector, CollectorContext context)
    {
        var deltas = new Deltas<SyscallKey, SyscallSums>();
        collector.SumsParted += deltas.Part;
        return window =>
        {
            foreach (var (key, sums) in deltas.Next(collector.Sums()).OrderBy(pair => pair.Key.Group).ThenByDescending(pair => pair.Value.Nanoseconds))
            {
                var name = SyscallNames.Of(key.Number);
                var calls = new SyscallSumsEvent
                {
                    Timestamp = window.End,
                    Origin = context.Origin,
                    WindowNanoseconds = window.Nanoseconds,
                    Name = name,
                    Calls = (long)sums.Count,
                    Errors = (long)sums.Errors,
                    Microseconds = (long)(sums.Nanoseconds / NanosecondsPerMicrosecond),
                    MedianMicroseconds = Powers.Bound(sums.Times, Median, 0),
                    HighMicroseconds = Powers.Bound(sums.Times, High, 0),
                    IsWaiting = SyscallNames.IsWaiting(name),
                    Workload = context.Identities.Workload(key.Group),
                };
                context.Take(calls, key.Group);
            }
        };
    }

    private static Action<SumsWindow> Of(HttpCollector collector, CollectorContext context)
    {
        var deltas = new Deltas<HttpKey, HttpSums>();
        collector.SumsParted += deltas.Part;
        var events = new HttpEvents(context.Origin, context.Identities, context.Clock);
        return window =>
        {
            foreach (var (key, sums) in deltas.Next(collector.Sums()).OrderBy(pair => pair.Key.Group).ThenByDescending(pair => pair.Value.Count))
                context.Take(events.Make(key, sums, window.End, window.Nanoseconds), key.Group);
        };
    }

    private static Action<SumsWindow> Of(TcpCollector collector, CollectorContext context)
    {
        var deltas = new Deltas<ulong, TcpSums>();
        collector.SumsParted += deltas.Part;
        return window =>
        {
            foreach (var (group, sums) in deltas.Next(collector.Sums()).OrderBy(pair => pair.Key))
            {
                var tcp = new TcpSumsEvent
                {
                    Timestamp = window.End,
                    Origin = context.Origin,
                    WindowNanoseconds = window.Nanoseconds,
                    Opened = (long)sums.Opened,
                    Accepted = (long)sums.Accepted,
                    Failed = (long)sums.Failed,
                    Closed = (long)sums.Closed,
                    Resets = (long)sums.ResetsReceived,
                    Sent = (long)sums.Sent,
                    Received = (long)sums.Received,
                    Resent = (long)sums.Resent,
                    SegmentsOut = (long)sums.SegmentsOut,
                    SegmentsIn = (long)sums.SegmentsIn,
                    Retransmits = (long)sums.SegmentsResent,
                    MedianMicroseconds = Powers.Bound(sums.RoundTrips, Median, 1),
                    HighMicroseconds = Powers.Bound(sums.RoundTrips, High, 1),
                    Workload = context.Identities.Workload(group),
                };
                context.Take(tcp, group);
            }
        };
    }
}
