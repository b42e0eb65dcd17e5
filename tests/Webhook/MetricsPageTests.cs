using Coral.Audit.Events;
using Coral.Audit.Shipping;
using Coral.Audit.Shipping.Access;
using Coral.Audit.Spool;
using Coral.Testing;
using Coral.Webhook.Health;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Webhook.Tests;

public sealed class MetricsPageTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("coral-metrics-").FullName;

    [Fact]
    public async Task What_waits_for_the_search_server_and_for_whom_is_told()
    {
        var clock = new FakeTimeProvider();
        await using var spool = AuditSpool.Open(new SpoolOptions { Directory = folder, HasShipper = true }, clock, NullLogger.Instance);
        using var shipper = new AuditShipper(spool, new ShipperOptions { Url = new Uri("http://127.0.0.1:1"), Access = new SearchAccess { TokenFile = Path.Combine(folder, "absent") } }, clock, NullLogger.Instance);
        Assert.Contains("coral_audit_oldest_pending_seconds 0\n", Page(), StringComparison.Ordinal);
        spool.Append(Decision(clock));
        clock.Advance(TimeSpan.FromSeconds(90));
        spool.Append(Decision(clock));
        var page = Page();
        Assert.Contains("coral_audit_oldest_pending_seconds 90\n", page, StringComparison.Ordinal);
        Assert.All(BlockReasons.All, reason => Assert.Contains($"coral_audit_blocked{{reason=\"{reason}\"}} 0\n", page, StringComparison.Ordinal));
        Assert.Contains("coral_audit_bulk_seconds_bucket{le=\"+Inf\"} 0\n", page, StringComparison.Ordinal);
        Assert.Contains("coral_audit_bulk_bytes_bucket{le=\"4194304\"} 0\n", page, StringComparison.Ordinal);
        Assert.Contains("coral_audit_failure_store_total 0\n", page, StringComparison.Ordinal);
        Assert.DoesNotContain("coral_audit_blocked", MetricsPage.Write(new AdmissionMetrics(), default, spool, null, default, TimeSpan.Zero), StringComparison.Ordinal);

        string Page() => MetricsPage.Write(new AdmissionMetrics(), default, spool, shipper, default, TimeSpan.Zero);
    }

    [Fact]
    public async Task Syncs_are_counted_by_how_long_they_took()
    {
        await using var spool = AuditSpool.Open(new SpoolOptions { Directory = folder }, TimeProvider.System, NullLogger.Instance);
        await spool.AppendAsync(Decision(TimeProvider.System), durable: true);
        var page = MetricsPage.Write(new AdmissionMetrics(), default, spool, null, default, TimeSpan.Zero);
        Assert.DoesNotContain("coral_audit_sync_seconds_count 0\n", page, StringComparison.Ordinal);
        Assert.Contains("coral_audit_sync_seconds_count ", page, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static DecisionEvent Decision(TimeProvider clock) => new()
    {
        Timestamp = clock.GetUtcNow(),
        Origin = new AuditOrigin { Service = "coral-webhook" },
        DecisionId = "d",
        Uid = "u",
        Operation = "CREATE",
        Decision = "injected",
        Reason = "privileged-floor-minimal",
        Action = "sidecar-inject",
        Namespace = "shop",
    };
}
