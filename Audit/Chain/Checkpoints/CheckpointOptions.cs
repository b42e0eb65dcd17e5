namespace Coral.Audit.Chain.Checkpoints;

/// <summary>When checkpoints are made and where else they are kept.</summary>
public sealed record CheckpointOptions
{
    /// <summary>The longest time between two, also when nothing happens: silence is only proven by one.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>So many documents bring one before its time.</summary>
    public int Documents { get; init; } = 10_000;

    /// <summary>How soon the next try comes when the spool did not take one.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the second places may take for one try.</summary>
    public TimeSpan PlaceTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The second places; none is allowed.</summary>
    public IReadOnlyList<ICheckpointPlace> Places { get; init; } = [];
}

/// <summary>What one process did about checkpoints since its start.</summary>
/// <param name="Written">Checkpoints that are on the spool's disk.</param>
/// <param name="Failed">Tries that the spool refused.</param>
/// <param name="PlaceFailed">Tries to keep some in a second place that failed; each is made again with the next checkpoint.</param>
/// <param name="Last">When the last one was written, or the process started.</param>
public readonly record struct CheckpointCounts(long Written, long Failed, long PlaceFailed, DateTimeOffset Last);
