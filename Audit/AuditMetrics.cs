using System.Diagnostics.Metrics;
using Coral.Audit.Spool;

namespace Coral.Audit;

/// <summary>
/// What became of the documents of one spool since it was opened. <c>Accepted = Indexed + Duplicate + DeadLetter + Expired + Dropped + Corrupt + Pending</c> holds at every moment.
/// </summary>
/// <param name="Accepted">Documents that the spool answers for: those appended, and <paramref name="Recovered"/>.</param>
/// <param name="Recovered">Of those, the ones that an earlier life left unshipped.</param>
/// <param name="Indexed">Stored by the search server.</param>
/// <param name="Duplicate">The server had them already (409).</param>
/// <param name="DeadLetter">Refused by the server for good and kept in the dead-letter folder.</param>
/// <param name="Expired">Let go of by the ring.</param>
/// <param name="Dropped">Samples that gave way to newer ones.</param>
/// <param name="Corrupt">Damaged on the disk.</param>
/// <param name="Pending">Kept in the spool and not shipped.</param>
/// <param name="Retry">Documents that were sent again (not part of the identity).</param>
/// <param name="Ambiguous">Requests whose outcome is unknown (not part of the identity).</param>
/// <param name="Unverified">Documents that were sent again though they may be stored, because the server does not let us look (not part of the identity).</param>
/// <param name="FailureStore">Of the indexed, those that went to the server's failure store.</param>
/// <param name="Truncated">Torn tails that were cut off when the spool was opened.</param>
/// <param name="Refused">Documents that the spool did not accept: it was full, or its disk failed (not part of the identity).</param>
public readonly record struct AuditCounts(
    long Accepted, long Recovered, long Indexed, long Duplicate, long DeadLetter, long Expired, long Dropped, long Corrupt, long Pending, long Retry, long Ambiguous, long Unverified, long FailureStore, long Truncated, long Refused);

/// <summary>The counters of one spool and its shipper, also as instruments of the meter <c>Coral.Audit</c>. Thread safe.</summary>
public sealed class AuditMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Coral.Audit";

    private readonly Lock gate = new();
    private readonly Meter meter;
    private AuditCounts counts;

    internal AuditMetrics(SpoolOptions options, Func<long> spoolBytes)
    {
        // A process may have one spool of each class.
        meter = new Meter(MeterName, null, [new("class", options.Class switch { StreamClass.Audit => "audit", StreamClass.Samples => "samples", _ => "logs" })]);
        Observe("accepted", c => c.Accepted);
        Observe("indexed", c => c.Indexed);
        Observe("duplicate", c => c.Duplicate);
        Observe("deadletter", c => c.DeadLetter);
        Observe("expired", c => c.Expired);
        Observe("dropped", c => c.Dropped);
        Observe("refused", c => c.Refused);
        Observe("corrupt", c => c.Corrupt);
        Observe("retry", c => c.Retry);
        Observe("ambiguous", c => c.Ambiguous);
        Observe("unverified", c => c.Unverified);
        meter.CreateObservableGauge("coral.audit.pending", () => Counts.Pending, "{document}");
        meter.CreateObservableGauge("coral.audit.spool.size", spoolBytes, "By");
        meter.CreateObservableGauge("coral.audit.spool.limit", () => options.MaxBytes, "By");
    }

    /// <summary>All counters at one moment.</summary>
    public AuditCounts Counts
    {
        get
        {
            lock (gate) return counts;
        }
    }

    /// <summary>How long bulk requests took, in seconds, answered or not.</summary>
    public Distribution BulkSeconds { get; } = new(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60);

    /// <summary>The bytes of bulk requests as they were sent (compressed).</summary>
    public Distribution BulkBytes { get; } = new(1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216);

    /// <summary>How long syncs of the spool's file took, in seconds.</summary>
    public Distribution SyncSeconds { get; } = new(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5);

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    internal void Update(Func<AuditCounts, AuditCounts> change)
    {
        lock (gate) counts = change(counts);
    }

    /// <summary>Kept apart from <see cref="Update"/> because it stands on the path of every decision.</summary>
    internal void Accept()
    {
        lock (gate) counts = counts with { Accepted = counts.Accepted + 1, Pending = counts.Pending + 1 };
    }

    private void Observe(string name, Func<AuditCounts, long> read) =>
        meter.CreateObservableCounter("coral.audit." + name, () => read(Counts), "{document}");
}
