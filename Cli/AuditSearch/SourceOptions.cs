using System.CommandLine;

namespace Coral.Cli.AuditSearch;

/// <summary>The options that say where decisions are looked for.</summary>
internal sealed class SourceOptions
{
    private readonly Option<string?> spool = new("--spool") { HelpName = "DIR", Description = "The spool folder of a process (run/spool)" };
    private readonly ServerOptions server = new("The Elasticsearch or OpenSearch that decisions are shipped to; more nodes of it by more of this option");

    internal void AddTo(Command command)
    {
        command.Add(spool);
        server.AddTo(command);
    }

    /// <summary>Where to look; null after a mistake was noted.</summary>
    internal AuditPlace? Read(ParseResult result, Problems problems)
    {
        var folder = result.GetValue(spool);
        var isServer = server.IsGiven(result);
        if (isServer && folder is not null) problems.Add("--spool and --search exclude each other: decisions are looked for in a folder or on a server");
        var options = server.Read(result, problems);
        return isServer && options is null ? null : new AuditPlace(folder ?? "run/spool", options);
    }
}
