using Coral.Audit.Search;
using Coral.Audit.Shipping;

namespace Coral.Cli.AuditSearch;

/// <summary>Where decisions are recorded: a spool's folder, or a search server.</summary>
/// <param name="Folder">The folder, where there is no server.</param>
/// <param name="Server">The server, or null.</param>
internal sealed record AuditPlace(string Folder, ShipperOptions? Server)
{
    /// <summary>What to call it in messages.</summary>
    internal string Name => Server is null ? Folder : NameOf(Server);

    /// <summary>An address without what stands in it of passwords.</summary>
    internal static string NameOf(ShipperOptions server) => new UriBuilder(server.Url) { UserName = "", Password = "" }.Uri.ToString();

    /// <summary>Opens nothing yet. What cannot be shown of a spool that is followed is said on standard error.</summary>
    internal IAuditSearch Search(Terminal terminal) => Server is null
        ? new LocalSearch(Folder, time: terminal.Time, lost: count => terminal.Complain($"{count} documents are not shown: they were let go of before they were read, or are damaged"))
        : new RemoteSearch(Server, terminal.Time);
}
