using System.Collections.Immutable;

namespace Coral.Audit.Chain.Checkpoints;

/// <summary>
/// A second place for checkpoints, which whoever can change the spool or the search server should not be able to change: only from it can be seen that the end of a chain was cut off.
/// </summary>
public interface ICheckpointPlace
{
    /// <summary>What messages call it.</summary>
    string Name { get; }

    /// <summary>
    /// Keeps checkpoints of one writer, oldest first, and returns when they are safe there. A repetition does no harm. Throws what its medium throws; the caller tries again with its next checkpoint.
    /// </summary>
    Task StoreAsync(ImmutableArray<SignedCheckpoint> checkpoints, CancellationToken cancel);
}
