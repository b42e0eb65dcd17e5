using Coral.Audit.Search;

namespace Coral.Cli.AuditSearch;

/// <summary>Where decisions are recorded: a spool's folder, or a search server.</summary>
/// <param name="Folder">The folder, where there is no server.</param>
/// <param name="Server">The server's address, or null.</param>
/// <param name="Key">The server's encoded API key, or null.</param>
internal sealed record AuditPlace(string Folder, Uri? Server, string? Key)
{
    internal IAuditSearch Search(TimeProvider time) => Server is null ? new LocalSearch(Folder) : new RemoteSearch(Server, time, Key);
}
