namespace Coral.Audit.Search;

/// <summary>Finds audit documents wherever they are kept.</summary>
public interface IAuditSearch
{
    /// <summary>
    /// The documents that match, newest first, at most <see cref="AuditQuery.Limit"/>. Throws <see cref="IOException"/> for a spool that can't be read and <see cref="HttpRequestException"/> for a server
    /// that doesn't answer or refuses, with one line for the operator.
    /// </summary>
    IAsyncEnumerable<AuditRecord> FindAsync(AuditQuery query, CancellationToken cancel = default);

    /// <summary>The last <see cref="AuditQuery.Limit"/> documents that match, oldest first, then every one that comes, until it is cancelled. Throws as <see cref="FindAsync"/> does.</summary>
    IAsyncEnumerable<AuditRecord> FollowAsync(AuditQuery query, CancellationToken cancel = default);

    /// <summary>The documents that the same writer wrote just before and after. Throws as <see cref="FindAsync"/> does.</summary>
    Task<AuditNeighbours> NeighboursAsync(AuditRecord record, CancellationToken cancel = default);
}
