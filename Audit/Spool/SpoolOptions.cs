using Coral.Audit.Events;

namespace Coral.Audit.Spool;

/// <summary>When an appended document is on the disk.</summary>
public enum SpoolSync
{
    /// <summary>Within <see cref="SpoolOptions.SyncInterval"/>: it survives kill -9; a power loss may cost that much.</summary>
    Interval,

    /// <summary>Before <see cref="AuditSpool.AppendAsync"/> completes, unless the call says otherwise.</summary>
    Always,
}

/// <summary>Where and how a spool keeps its documents.</summary>
public sealed record SpoolOptions
{
    /// <summary>The folder; it is made when absent.</summary>
    public required string Directory { get; init; }

    /// <summary>When documents are synced.</summary>
    public SpoolSync Sync { get; init; } = SpoolSync.Interval;

    /// <summary>The longest time that a document waits for its sync.</summary>
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>A segment is closed when it reaches this size in bytes (1 MiB to 64 MiB make sense; tests use less).</summary>
    public long SegmentBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>What the documents are: only streams of this class are taken.</summary>
    public StreamClass Class { get; init; } = StreamClass.Audit;

    /// <summary>
    /// The quota of all segments, in bytes. Beyond it, shipped segments go early. When all is unshipped, samples lose the oldest segment that isn't on its way, and audit documents and log lines are refused; without a shipper the oldest
    /// segment goes whatever it is.
    /// </summary>
    public long MaxBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Without a shipper segments go at this age.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>With a shipper segments stay this long after they were closed, even when all of them is shipped.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Whether an <c>AuditShipper</c> empties the spool. If not, it is the store itself and works as a ring.</summary>
    public bool HasShipper { get; init; }

    /// <summary>In whose name the spool writes records about itself; null for <c>coral</c>.</summary>
    public AuditOrigin? Origin { get; init; }

    /// <summary>The number of a new writer, so that tests get the same bytes each time.</summary>
    internal ulong? NewWriter { get; init; }

    internal SpoolFiles Files { get; init; } = new();
}
