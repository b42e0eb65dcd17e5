namespace Coral.Audit.Search;

/// <summary>Finds audit documents, newest first, wherever they are kept.</summary>
public interface IAuditSearch
{
    /// <summary>
    /// The documents that match, newest first, at most <see cref="AuditQuery.Limit"/>. Throws <see cref="IOException"/> for a spool that can't be read and <see cref="HttpRequestException"/> for a server
    /// that doesn't answer or refuses, with one line for the operator.
    /// </summary>
    IAsyncEnumerable<AuditRecord> FindAsync(AuditQuery query, CancellationToken cancel = default);
}
