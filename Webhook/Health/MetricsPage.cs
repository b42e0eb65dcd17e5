using System.Globalization;
using System.Text;
using Coral.Audit;
using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Coral.Webhook.Facts;

namespace Coral.Webhook.Health;

/// <summary>The page of <c>/metrics</c> in the Prometheus text format 0.0.4.</summary>
internal static class MetricsPage
{
    internal const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    internal static string Write(AdmissionMetrics admission, PolicyCounts policies, AuditSpool spool, AuditShipper? shipper, CheckpointCounts checkpoints, TimeSpan checkpointAge)
    {
        var audit = spool.Metrics.Counts;
        var page = new StringBuilder(4096);
        Head(page, "coral_admission_requests_total", "counter", "Admission requests by how they ended.");
        foreach (var (webhook, outcome, reason, count) in admission.Requests)
            page.Append(CultureInfo.InvariantCulture, $"coral_admission_requests_total{{webhook=\"{webhook}\",outcome=\"{outcome}\",reason=\"{reason}\"}} {count}\n");

        Head(page, "coral_admission_malformed_total", "counter", "Requests that were no AdmissionReview.");
        page.Append(CultureInfo.InvariantCulture, $"coral_admission_malformed_total {admission.Malformed}\n");
        Head(page, "coral_admission_duration_seconds", "histogram", "From the request's arrival to the decision.");
        foreach (var (webhook, buckets, sum) in admission.Durations) Histogram(page, webhook, buckets, sum);

        Head(page, "coral_policies", "gauge", "Policies by state: applied, or invalid as stored (a last good version may apply in its place).");
        page.Append(CultureInfo.InvariantCulture, $"coral_policies{{state=\"applied\"}} {policies.Applied}\n");
        page.Append(CultureInfo.InvariantCulture, $"coral_policies{{state=\"invalid\"}} {policies.Invalid}\n");
        Counter(page, "accepted", "Audit documents that the spool answers for.", audit.Accepted);
        Counter(page, "indexed", "Audit documents stored by the search server.", audit.Indexed);
        Counter(page, "duplicate", "Audit documents that the search server had already.", audit.Duplicate);
        Counter(page, "deadletter", "Audit documents refused by the search server for good.", audit.DeadLetter);
        Counter(page, "expired", "Audit documents that the ring let go of.", audit.Expired);
        Counter(page, "corrupt", "Audit documents damaged on the disk.", audit.Corrupt);
        Counter(page, "refused", "Audit documents that the spool did not accept: it was full, or its disk failed.", audit.Refused);
        Counter(page, "retry", "Audit documents sent again.", audit.Retry);
        Counter(page, "ambiguous", "Bulk requests whose outcome is unknown.", audit.Ambiguous);
        Counter(page, "unverified", "Audit documents sent again though they may be stored, because the server does not let us look.", audit.Unverified);
        Counter(page, "failure_store", "Audit documents that the search server took into its failure store; they count as indexed too.", audit.FailureStore);
        Gauge(page, "coral_audit_pending", "Audit documents not shipped yet.", audit.Pending);
        Gauge(page, "coral_audit_spool_bytes", "The size of the spool.", spool.Bytes);
        Gauge(page, "coral_audit_spool_max_bytes", "The quota of the spool.", spool.MaxBytes);
        Head(page, "coral_audit_sync_seconds", "histogram", "How long syncs of the spool took.");
        Buckets(page, "coral_audit_sync_seconds", spool.Metrics.SyncSeconds);
        Shipping(page, spool.Metrics, shipper);
        Counter(page, "checkpoints", "Signed checkpoints of the chain that are on the spool's disk.", checkpoints.Written);
        Counter(page, "checkpoint_failures", "Checkpoints that the spool could not take; each is tried again.", checkpoints.Failed);
        Counter(page, "checkpoint_place_failures", "Tries to keep checkpoints in a second place that failed; each is made again with the next.", checkpoints.PlaceFailed);
        Gauge(page, "coral_audit_checkpoint_age_seconds", "How long ago the last checkpoint was written, or the process started; 0 where none are signed.", (long)checkpointAge.TotalSeconds);
        return page.ToString();
    }

    /// <summary>Without a search server there is nothing to say here.</summary>
    private static void Shipping(StringBuilder page, AuditMetrics auditing, AuditShipper? shipper)
    {
        if (shipper is null) return;
        Head(page, "coral_audit_oldest_pending_seconds", "gauge", "How long the oldest document that is not shipped has waited; with --search.");
        page.Append(CultureInfo.InvariantCulture, $"coral_audit_oldest_pending_seconds {shipper.OldestPending.TotalSeconds:0.###}\n");
        Head(page, "coral_audit_blocked", "gauge", "1 while shipping is held until an operator acts, by the reason; with --search.");
        foreach (var reason in BlockReasons.All) page.Append(CultureInfo.InvariantCulture, $"coral_audit_blocked{{reason=\"{reason}\"}} {(shipper.Status.Reason == reason ? 1 : 0)}\n");
        Head(page, "coral_audit_bulk_seconds", "histogram", "How long bulk requests took, answered or not; with --search.");
        Buckets(page, "coral_audit_bulk_seconds", auditing.BulkSeconds);
        Head(page, "coral_audit_bulk_bytes", "histogram", "The bytes of bulk requests as they were sent; with --search.");
        Buckets(page, "coral_audit_bulk_bytes", auditing.BulkBytes);
    }

    private static void Histogram(StringBuilder page, string webhook, long[] buckets, double sum)
    {
        var total = 0L;
        for (var at = 0; at < buckets.Length; at++)
        {
            total += buckets[at];
            var bound = at < AdmissionMetrics.Bounds.Length ? AdmissionMetrics.Bounds[at].ToString("0.#####", CultureInfo.InvariantCulture) : "+Inf";
            page.Append(CultureInfo.InvariantCulture, $"coral_admission_duration_seconds_bucket{{webhook=\"{webhook}\",le=\"{bound}\"}} {total}\n");
        }

        page.Append(CultureInfo.InvariantCulture, $"coral_admission_duration_seconds_sum{{webhook=\"{webhook}\"}} {sum:0.######}\n");
        page.Append(CultureInfo.InvariantCulture, $"coral_admission_duration_seconds_count{{webhook=\"{webhook}\"}} {total}\n");
    }

    private static void Buckets(StringBuilder page, string name, Distribution distribution)
    {
        var (buckets, sum) = distribution.Read();
        foreach (var (bound, count) in buckets)
            page.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{le=\"{(double.IsPositiveInfinity(bound) ? "+Inf" : bound.ToString("0.#####", CultureInfo.InvariantCulture))}\"}} {count}\n");
        page.Append(CultureInfo.InvariantCulture, $"{name}_sum {sum:0.######}\n{name}_count {buckets[^1].Count}\n");
    }

    private static void Counter(StringBuilder page, string name, string help, long value)
    {
        Head(page, $"coral_audit_{name}_total", "counter", help);
        page.Append(CultureInfo.InvariantCulture, $"coral_audit_{name}_total {value}\n");
    }

    private static void Gauge(StringBuilder page, string name, string help, long value)
    {
        Head(page, name, "gauge", help);
        page.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
    }

    private static void Head(StringBuilder page, string name, string type, string help) => page.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
}
