namespace Coral.Audit.Search;

/// <summary>What stands around a document.</summary>
/// <param name="Before">The one with the number before, or null where it is not there.</param>
/// <param name="After">The one with the number after, or null where it is not there.</param>
public sealed record AuditNeighbours(AuditRecord? Before, AuditRecord? After)
{
    /// <summary>Those of <paramref name="found"/> that are the neighbours of <paramref name="record"/>.</summary>
    internal static AuditNeighbours Of(AuditRecord record, IReadOnlyList<AuditRecord> found)
    {
        return new AuditNeighbours(At(record.Sequence - 1), At(record.Sequence + 1));

        AuditRecord? At(ulong? number) => number is null ? null : found.FirstOrDefault(other => other.Writer == record.Writer && other.Sequence == number);
    }
}
