using System.Globalization;
using System.Text;
using Coral.Audit;
using Coral.Webhook.Facts;

namespace Coral.Webhook.Health;

/// <summary>The page of <c>/metrics</c> in the Prometheus text format 0.0.4.</summary>
internal static class MetricsPage
{
    internal const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    internal static string Write(AdmissionMetrics admission, PolicyCounts policies, AuditCounts audit, long spoolBytes)
    {
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
        Counter(page, "retry", "Audit documents sent again.", audit.Retry);
        Counter(page, "ambiguous", "Bulk requests whose outcome is unknown.", audit.Ambiguous);
        Counter(page, "unverified", "Audit documents sent again though they may be stored, because the server does not let us look.", audit.Unverified);
        Gauge(page, "coral_audit_pending", "Audit documents not shipped yet.", audit.Pending);
        Gauge(page, "coral_audit_spool_bytes", "The size of the spool.", spoolBytes);
        return page.ToString();
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
