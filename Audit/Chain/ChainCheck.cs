using System.Collections.Immutable;
using Coral.Audit.Chain.Checkpoints;

namespace Coral.Audit.Chain;

/// <summary>What a check of chains goes by, besides the documents.</summary>
public sealed record ChainCheck
{
    /// <summary>The public keys that the auditor holds. Without any it is only seen whether signatures fit the keys that they name.</summary>
    public ImmutableArray<AuditPublicKey> Keys { get; init; } = [];

    /// <summary>What the second place has; null where none was given.</summary>
    public SecondPlace? Place { get; init; }

    /// <summary>When the check is made, so that a writer's silence is seen; null where that does not matter.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Whether the documents came to a server, where the youngest may not be found yet and every writer of the second place has to be.</summary>
    public bool IsServer { get; init; }

    /// <summary>Whether a writer that only the second place knows was taken away as a whole. A spool has one writer, and the second place may have many.</summary>
    public bool ExpectsAllWriters { get; init; }
}
