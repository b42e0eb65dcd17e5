using System.CommandLine;
using Coral.Audit.Shipping;
using Coral.Cli.AuditSearch;

namespace Coral.Cli.AuditShip;

/// <summary>The options of what sends documents to a search server.</summary>
/// <param name="spoolHelp">What the spool is.</param>
internal sealed class ShipOptions(string spoolHelp)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Option<string?> spool = new("--spool") { HelpName = "DIR", Description = spoolHelp };
    private readonly ServerOptions server = new("The Elasticsearch or OpenSearch to send them to; more nodes of it by more of this option");
    private readonly Option<string?> wait = new("--wait") { HelpName = "DURATION", Description = "How long to go on while the server takes nothing (1m)" };

    internal void AddTo(Command command)
    {
        command.Add(spool);
        server.AddTo(command);
        command.Add(wait);
    }

    /// <summary>Ends the call after mistakes, with those of <paramref name="problems"/> too.</summary>
    internal (string Spool, ShipperOptions Server, TimeSpan Wait) Read(ParseResult result, Problems problems)
    {
        var folder = result.GetValue(spool);
        if (folder is null) problems.Add("--spool is needed: the folder with the documents");
        if (!server.IsGiven(result)) problems.Add("--search is needed: the Elasticsearch or OpenSearch to send them to, such as http://127.0.0.1:9200");
        var to = server.Read(result, problems);
        var patience = Wait(result.GetValue(wait), problems);
        problems.ThrowIfAny();
        return (folder!, to ?? throw new BadInputException("--search is none; it must be an http or https URL, such as http://127.0.0.1:9200"), patience);
    }

    private static TimeSpan Wait(string? text, Problems problems)
    {
        if (text is null) return Minute;
        if (Ages.Read(text) is { } length) return length;
        problems.Add($"--wait is \"{text}\"; it must be a length of time such as 30s or 10m");
        return Minute;
    }
}
