using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Coral.Audit.Spool;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Collectors.Shipping;

namespace Coral.NodeAgent.Collectors.Metrics;

/// <summary>The page of <c>/metrics</c> of an agent in the Prometheus text format 0.0.4.</summary>
internal static class AgentMetricsPage
{
    internal const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <param name="collectors">What the collectors are doing.</param>
    /// <param name="shipped">What became of their documents; null before they begin.</param>
    /// <param name="pods">The sums of pods.</param>
    /// <param name="spools">The spools of the agent.</param>
    internal static string Write(ImmutableArray<CollectorStatus> collectors, ShippedCollectors? shipped, PodMetrics pods, IEnumerable<AuditSpool> spools)
    {
        var page = new StringBuilder(8192);
        Collectors(page, collectors);
        if (shipped?.Queue is { } queue) Documents(page, queue);
        Names(page, shipped);
        Pods(page, pods);
        Spools(page, [.. spools]);
        return page.ToString();
    }

    private static void Collectors(StringBuilder page, ImmutableArray<CollectorStatus> collectors)
    {
        Head(page, "coral_agent_collector_running", "gauge", "1 for each collector at work, 0 for one that was asked for and is not.");
        foreach (var one in collectors) Line(page, $"coral_agent_collector_running{{collector=\"{one.Name}\"}} {(one.State == CollectorState.Running ? 1 : 0)}");
        Head(page, "coral_agent_collector_memory_bytes", "gauge", "What a collector's maps take of the kernel's memory at most.");
        foreach (var one in collectors) Line(page, $"coral_agent_collector_memory_bytes{{collector=\"{one.Name}\"}} {one.MemoryBytes}");
        var books = collectors.Where(one => one.Account is not null).Select(one => (one.Name, one.Account!.Received, one.Account.Total)).ToList();
        Head(page, "coral_agent_collector_seen_total", "counter", "Calls of a collector's hooks: the sum of what was filtered, aggregated, emitted and lost, and of errors.");
        foreach (var (name, _, total) in books) Line(page, $"coral_agent_collector_seen_total{{collector=\"{name}\"}} {total.Seen}");
        Head(page, "coral_agent_collector_filtered_total", "counter", "Of those seen: not asked for.");
        foreach (var (name, _, total) in books) Line(page, $"coral_agent_collector_filtered_total{{collector=\"{name}\"}} {total.Filtered}");
        Head(page, "coral_agent_collector_aggregated_total", "counter", "Of those seen: gone into sums only.");
        foreach (var (name, _, total) in books) Line(page, $"coral_agent_collector_aggregated_total{{collector=\"{name}\"}} {total.Aggregated}");
        Head(page, "coral_agent_collector_emitted_total", "counter", "Of those seen: sent as a record.");
        foreach (var (name, _, total) in books) Line(page, $"coral_agent_collector_emitted_total{{collector=\"{name}\"}} {total.Emitted}");
        Head(page, "coral_agent_collector_lost_total", "counter", "Of those seen: lost, by the stage.");
        foreach (var (name, _, total) in books)
        {
            Line(page, $"coral_agent_collector_lost_total{{collector=\"{name}\",stage=\"ring\"}} {total.LostRing}");
            Line(page, $"coral_agent_collector_lost_total{{collector=\"{name}\",stage=\"map\"}} {total.LostMap}");
            Line(page, $"coral_agent_collector_lost_total{{collector=\"{name}\",stage=\"rate\"}} {total.LostRate}");
        }

        Head(page, "coral_agent_collector_errors_total", "counter", "Of those seen: could not be read.");
        foreach (var (name, _, total) in books) Line(page, $"coral_agent_collector_errors_total{{collector=\"{name}\"}} {total.Error}");
        Head(page, "coral_agent_collector_sampled_total", "counter", "Of those seen: left out because the agent could not keep up, and sent only some.");
        foreach (var (name, _, total) in books) Line(page, $"coral_agent_collector_sampled_total{{collector=\"{name}\"}} {total.Sampled}");
        Head(page, "coral_agent_collector_pressure", "gauge", "What is done because the ring fills faster than it is read: 0 nothing, 1 fewer wake-ups, 2 no exemplars, 3 sampling, 4 no records.");
        foreach (var one in collectors) Line(page, $"coral_agent_collector_pressure{{collector=\"{one.Name}\"}} {(int)one.Pressure}");
        Head(page, "coral_agent_collector_throttled_groups", "gauge", "Control groups that sent more than their rate in the last window.");
        foreach (var one in collectors) Line(page, $"coral_agent_collector_throttled_groups{{collector=\"{one.Name}\"}} {one.Throttled}");
        Head(page, "coral_agent_collector_read_total", "counter", "Records that the agent has read.");
        foreach (var (name, received, _) in books) Line(page, $"coral_agent_collector_read_total{{collector=\"{name}\"}} {received}");
    }

    private static void Documents(StringBuilder page, SampleQueue queue)
    {
        var classes = new[] { ("records", queue.Counts(SampleClass.Record)), ("sums", queue.Counts(SampleClass.Sum)) };
        Head(page, "coral_agent_documents_taken_total", "counter", "Documents that collectors handed over: those written, lost and waiting.");
        foreach (var (name, counts) in classes) Line(page, $"coral_agent_documents_taken_total{{class=\"{name}\"}} {counts.Taken}");
        Head(page, "coral_agent_documents_written_total", "counter", "Of those taken: in the spool.");
        foreach (var (name, counts) in classes) Line(page, $"coral_agent_documents_written_total{{class=\"{name}\"}} {counts.Written}");
        Head(page, "coral_agent_documents_lost_total", "counter", "Of those taken: given way to newer ones in the queue, or refused by the spool.");
        foreach (var (name, counts) in classes)
        {
            Line(page, $"coral_agent_documents_lost_total{{class=\"{name}\",stage=\"queue\"}} {counts.Dropped}");
            Line(page, $"coral_agent_documents_lost_total{{class=\"{name}\",stage=\"spool\"}} {counts.Refused}");
        }

        Head(page, "coral_agent_documents_waiting", "gauge", "Documents that wait for the spool.");
        foreach (var (name, counts) in classes) Line(page, $"coral_agent_documents_waiting{{class=\"{name}\"}} {counts.Waiting}");
        Head(page, "coral_agent_documents_unnamed_total", "counter", "Of those taken: of a container whose pod was not known in time.");
        foreach (var (name, counts) in classes) Line(page, $"coral_agent_documents_unnamed_total{{class=\"{name}\"}} {counts.Unnamed}");
    }

    private static void Names(StringBuilder page, ShippedCollectors? shipped)
    {
        if (shipped?.Names is not { } names) return;
        Head(page, "coral_agent_names_waiting", "gauge", "Documents that wait for the API server to tell of their pod.");
        Line(page, $"coral_agent_names_waiting {names.Waiting}");
        Head(page, "coral_agent_names_late_total", "counter", "Documents whose pod became known while they waited.");
        Line(page, $"coral_agent_names_late_total {names.Named}");
    }

    private static void Pods(StringBuilder page, PodMetrics metrics)
    {
        var pods = metrics.Pods;
        Head(page, "coral_agent_pod_tcp_sent_bytes_total", "counter", "Bytes that the pod's programs sent over TCP.");
        Each(page, "coral_agent_pod_tcp_sent_bytes_total", pods, sums => sums.TcpSent);
        Head(page, "coral_agent_pod_tcp_received_bytes_total", "counter", "Bytes that they received.");
        Each(page, "coral_agent_pod_tcp_received_bytes_total", pods, sums => sums.TcpReceived);
        Head(page, "coral_agent_pod_tcp_opened_total", "counter", "Connections that they asked for and that came to stand.");
        Each(page, "coral_agent_pod_tcp_opened_total", pods, sums => sums.TcpOpened);
        Head(page, "coral_agent_pod_tcp_accepted_total", "counter", "Connections that they accepted.");
        Each(page, "coral_agent_pod_tcp_accepted_total", pods, sums => sums.TcpAccepted);
        Head(page, "coral_agent_pod_tcp_failed_total", "counter", "Connections that they asked for and that never stood.");
        Each(page, "coral_agent_pod_tcp_failed_total", pods, sums => sums.TcpFailed);
        Head(page, "coral_agent_pod_tcp_retransmits_total", "counter", "Segments sent again.");
        Each(page, "coral_agent_pod_tcp_retransmits_total", pods, sums => sums.TcpResent);
        Head(page, "coral_agent_pod_syscalls_total", "counter", "System calls that came back.");
        Each(page, "coral_agent_pod_syscalls_total", pods, sums => sums.Syscalls);
        Head(page, "coral_agent_pod_syscall_errors_total", "counter", "Those of them that came back with an error.");
        Each(page, "coral_agent_pod_syscall_errors_total", pods, sums => sums.SyscallErrors);
        Head(page, "coral_agent_pod_syscall_microseconds_total", "counter", "The time of system calls, without those that are there to wait.");
        Each(page, "coral_agent_pod_syscall_microseconds_total", pods, sums => sums.SyscallMicroseconds);
        Head(page, "coral_agent_pod_http_requests_total", "counter", "Requests of HTTP that the pod's programs answered, or that were cut.");
        Each(page, "coral_agent_pod_http_requests_total", pods, sums => sums.HttpRequests);
        Head(page, "coral_agent_pod_http_failed_total", "counter", "Those of them that were cut, or answered with 500 or more.");
        Each(page, "coral_agent_pod_http_failed_total", pods, sums => sums.HttpFailed);
        Head(page, "coral_agent_pod_http_microseconds_total", "counter", "The time of requests to the last byte of their answers.");
        Each(page, "coral_agent_pod_http_microseconds_total", pods, sums => sums.HttpMicroseconds);
        Head(page, "coral_agent_pod_records_total", "counter", "Records that collectors sent of the pod.");
        Each(page, "coral_agent_pod_records_total", pods, sums => sums.Records);
        Head(page, "coral_agent_pod_lost_total", "counter", "What collectors lost of the pod: rings or maps were full, or it sent more than its rate.");
        Each(page, "coral_agent_pod_lost_total", pods, sums => sums.Lost);
    }

    private static void Spools(StringBuilder page, ImmutableArray<AuditSpool> spools)
    {
        if (spools.IsEmpty) return;
        // The first is the one of what must not be lost.
        var classes = spools.Select((spool, at) => (Name: at == 0 ? "audit" : "samples", Spool: spool, spool.Metrics.Counts)).ToList();
        Head(page, "coral_agent_spool_accepted_total", "counter", "Documents that a spool answers for.");
        foreach (var (name, _, counts) in classes) Line(page, $"coral_agent_spool_accepted_total{{class=\"{name}\"}} {counts.Accepted}");
        Head(page, "coral_agent_spool_indexed_total", "counter", "Of those: stored by the search server, now or before.");
        foreach (var (name, _, counts) in classes) Line(page, $"coral_agent_spool_indexed_total{{class=\"{name}\"}} {counts.Indexed + counts.Duplicate}");
        Head(page, "coral_agent_spool_lost_total", "counter", "Of those: let go of for want of room, damaged, or refused by the search server for good.");
        foreach (var (name, _, counts) in classes) Line(page, $"coral_agent_spool_lost_total{{class=\"{name}\"}} {counts.Expired + counts.Dropped + counts.Corrupt + counts.DeadLetter}");
        Head(page, "coral_agent_spool_pending", "gauge", "Of those: not shipped yet.");
        foreach (var (name, _, counts) in classes) Line(page, $"coral_agent_spool_pending{{class=\"{name}\"}} {counts.Pending}");
        Head(page, "coral_agent_spool_refused_total", "counter", "Documents that a spool did not accept.");
        foreach (var (name, _, counts) in classes) Line(page, $"coral_agent_spool_refused_total{{class=\"{name}\"}} {counts.Refused}");
        Head(page, "coral_agent_spool_bytes", "gauge", "The size of a spool.");
        foreach (var (name, spool, _) in classes) Line(page, $"coral_agent_spool_bytes{{class=\"{name}\"}} {spool.Bytes}");
    }

    private static void Each(StringBuilder page, string name, IReadOnlyList<((string Namespace, string Pod) Pod, PodSums Sums)> pods, Func<PodSums, long> value)
    {
        foreach (var ((space, pod), sums) in pods) Line(page, $"{name}{{namespace=\"{space}\",pod=\"{pod}\"}} {value(sums)}");
    }

    private static void Line(StringBuilder page, FormattableString line) => page.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static void Head(StringBuilder page, string name, string type, string help) => page.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
}
