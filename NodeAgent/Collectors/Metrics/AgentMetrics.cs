using System.Collections.Immutable;
using Coral.NodeAgent.Collectors.Accounting;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Collectors.Shipping;

namespace Coral.NodeAgent.Collectors.Metrics;

/// <summary>All metrics of the agent. Each has few labels, and those few values: of pods <see cref="PodMetrics.Most"/> and one more.</summary>
internal static class AgentMetrics
{
    private static readonly string[] None = [];
    private static readonly string[] Collector = ["collector"];
    private static readonly string[] CollectorStage = ["collector", "stage"];
    private static readonly string[] Class = ["class"];
    private static readonly string[] ClassStage = ["class", "stage"];
    private static readonly string[] Pod = ["namespace", "pod"];

    /// <summary>In the order in which they are shown.</summary>
    internal static readonly ImmutableArray<AgentMetric> All =
    [
        Gauge("coral.agent.collector.running", null, Collector, "1 for each collector at work, 0 for one that was asked for and is not.", Statuses(one => one.State == CollectorState.Running ? 1 : 0)),
        Gauge("coral.agent.collector.memory", "By", Collector, "What a collector's maps take of the kernel's memory at most.", Statuses(one => one.MemoryBytes)),
        Counter("coral.agent.collector.seen", null, Collector, "Calls of a collector's hooks: the sum of what was filtered, aggregated, emitted and lost, and of errors.", Books(total => total.Seen)),
        Counter("coral.agent.collector.filtered", null, Collector, "Of those seen: not asked for.", Books(total => total.Filtered)),
        Counter("coral.agent.collector.aggregated", null, Collector, "Of those seen: gone into sums only.", Books(total => total.Aggregated)),
        Counter("coral.agent.collector.emitted", null, Collector, "Of those seen: sent as a record.", Books(total => total.Emitted)),
        Counter("coral.agent.collector.lost", null, CollectorStage, "Of those seen: lost, by the stage.", reading => reading.Books.SelectMany(book => Lost(book.Name, book.Account.Total))),
        Counter("coral.agent.collector.errors", null, Collector, "Of those seen: could not be read.", Books(total => total.Error)),
        Counter("coral.agent.collector.sampled", null, Collector, "Of those seen: left out because the agent could not keep up, and sent only some.", Books(total => total.Sampled)),
        Gauge("coral.agent.collector.pressure", null, Collector, "What is done because the ring fills faster than it is read: 0 nothing, 1 fewer wake-ups, 2 no exemplars, 3 sampling, 4 no records.", Statuses(one => (int)one.Pressure)),
        Gauge("coral.agent.collector.throttled_groups", null, Collector, "Control groups that sent more than their rate in the last window.", Statuses(one => one.Throttled)),
        Counter("coral.agent.collector.read", null, Collector, "Records that the agent has read.", reading => reading.Books.Select(book => new AgentMetricValue((long)book.Account.Received, book.Name))),

        Counter("coral.agent.documents.taken", null, Class, "Documents that collectors handed over: those written, lost and waiting.", Documents(counts => counts.Taken)),
        Counter("coral.agent.documents.written", null, Class, "Of those taken: in the spool.", Documents(counts => counts.Written)),
        Counter("coral.agent.documents.lost", null, ClassStage, "Of those taken: given way to newer ones in the queue, or refused by the spool.", reading => reading.Documents.SelectMany(one => Lost(one.Class, one.Counts))),
        Gauge("coral.agent.documents.waiting", null, Class, "Documents that wait for the spool.", Documents(counts => counts.Waiting)),
        Counter("coral.agent.documents.unnamed", null, Class, "Of those taken: of a container whose pod was not known in time.", Documents(counts => counts.Unnamed)),

        Gauge("coral.agent.names.waiting", null, None, "Documents that wait for the API server to tell of their pod.", reading => reading.Names is { } names ? [new(names.Waiting)] : []),
        Counter("coral.agent.names.late", null, None, "Documents whose pod became known while they waited.", reading => reading.Names is { } names ? [new(names.Late)] : []),

        Counter("coral.agent.pod.tcp.sent", "By", Pod, "Bytes that the pod's programs sent over TCP.", Pods(sums => sums.TcpSent)),
        Counter("coral.agent.pod.tcp.received", "By", Pod, "Bytes that they received.", Pods(sums => sums.TcpReceived)),
        Counter("coral.agent.pod.tcp.opened", null, Pod, "Connections that they asked for and that came to stand.", Pods(sums => sums.TcpOpened)),
        Counter("coral.agent.pod.tcp.accepted", null, Pod, "Connections that they accepted.", Pods(sums => sums.TcpAccepted)),
        Counter("coral.agent.pod.tcp.failed", null, Pod, "Connections that they asked for and that never stood.", Pods(sums => sums.TcpFailed)),
        Counter("coral.agent.pod.tcp.retransmits", null, Pod, "Segments sent again.", Pods(sums => sums.TcpResent)),
        Counter("coral.agent.pod.syscalls", null, Pod, "System calls that came back.", Pods(sums => sums.Syscalls)),
        Counter("coral.agent.pod.syscall.errors", null, Pod, "Those of them that came back with an error.", Pods(sums => sums.SyscallErrors)),
        Counter("coral.agent.pod.syscall.time", "us", Pod, "The time of system calls, without those that are there to wait.", Pods(sums => sums.SyscallMicroseconds)),
        Counter("coral.agent.pod.http.requests", null, Pod, "Requests of HTTP that the pod's programs answered, or that were cut.", Pods(sums => sums.HttpRequests)),
        Counter("coral.agent.pod.http.failed", null, Pod, "Those of them that were cut, or answered with 500 or more.", Pods(sums => sums.HttpFailed)),
        Counter("coral.agent.pod.http.time", "us", Pod, "The time of requests to the last byte of their answers.", Pods(sums => sums.HttpMicroseconds)),
        Counter("coral.agent.pod.records", null, Pod, "Records that collectors sent of the pod.", Pods(sums => sums.Records)),
        Counter("coral.agent.pod.lost", null, Pod, "What collectors lost of the pod: rings or maps were full, or it sent more than its rate.", Pods(sums => sums.Lost)),

        Counter("coral.agent.spool.accepted", null, Class, "Documents that a spool answers for.", Spools(one => one.Counts.Accepted)),
        Counter("coral.agent.spool.indexed", null, Class, "Of those: stored by the search server, now or before.", Spools(one => one.Counts.Indexed + one.Counts.Duplicate)),
        Counter("coral.agent.spool.lost", null, Class, "Of those: let go of for want of room, damaged, or refused by the search server for good.", Spools(one => one.Counts.Expired + one.Counts.Dropped + one.Counts.Corrupt + one.Counts.DeadLetter)),
        Gauge("coral.agent.spool.pending", null, Class, "Of those: not shipped yet.", Spools(one => one.Counts.Pending)),
        Counter("coral.agent.spool.refused", null, Class, "Documents that a spool did not accept.", Spools(one => one.Counts.Refused)),
        Gauge("coral.agent.spool.size", "By", Class, "The size of a spool.", Spools(one => one.Bytes)),
    ];

    private static AgentMetric Counter(string name, string? unit, string[] labels, string help, Func<AgentReading, IEnumerable<AgentMetricValue>> values) => new(name, AgentMetricKind.Counter, unit, labels, help, values);

    private static AgentMetric Gauge(string name, string? unit, string[] labels, string help, Func<AgentReading, IEnumerable<AgentMetricValue>> values) => new(name, AgentMetricKind.Gauge, unit, labels, help, values);

    private static Func<AgentReading, IEnumerable<AgentMetricValue>> Statuses(Func<CollectorStatus, long> value) => reading => reading.Collectors.Select(one => new AgentMetricValue(value(one), one.Name));

    private static Func<AgentReading, IEnumerable<AgentMetricValue>> Books(Func<Counts, ulong> value) => reading => reading.Books.Select(book => new AgentMetricValue((long)value(book.Account.Total), book.Name));

    private static Func<AgentReading, IEnumerable<AgentMetricValue>> Documents(Func<SampleCounts, long> value) => reading => reading.Documents.Select(one => new AgentMetricValue(value(one.Counts), one.Class));

    private static Func<AgentReading, IEnumerable<AgentMetricValue>> Pods(Func<PodSums, long> value) => reading => reading.Pods.Select(one => new AgentMetricValue(value(one.Sums), one.Pod.Namespace, one.Pod.Pod));

    private static Func<AgentReading, IEnumerable<AgentMetricValue>> Spools(Func<SpoolReading, long> value) => reading => reading.Spools.Select(one => new AgentMetricValue(value(one), one.Class));

    private static AgentMetricValue[] Lost(string collector, Counts total) => [new((long)total.LostRing, collector, "ring"), new((long)total.LostMap, collector, "map"), new((long)total.LostRate, collector, "rate")];

    private static AgentMetricValue[] Lost(string name, SampleCounts counts) => [new(counts.Dropped, name, "queue"), new(counts.Refused, name, "spool")];
}
