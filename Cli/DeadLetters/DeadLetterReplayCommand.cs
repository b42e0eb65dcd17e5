using System.CommandLine;
using Coral.Audit.Shipping;
using Coral.Cli.AuditSearch;
using Coral.Cli.AuditShip;
using Coral.Cli.Output;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Cli.DeadLetters;

/// <summary>The verb <c>audit deadletter replay</c>.</summary>
internal static class DeadLetterReplayCommand
{
    private const string Summary = "Send refused documents again, and take out of the folder what the search server has then.";

    private const string More = """
        Mend first what the server refused them for: a mapping, a limit, a right. The process that ships the spool may go on meanwhile. What is refused again stays, with the new reason.
        Exit: 0 all delivered, 1 some were refused again, 2 bad input, 3 search server unreachable or it took nothing for the time of --wait.

        Example:
          coral audit deadletter replay --spool run/spool --search http://127.0.0.1:9200
        """;

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("replay", Summary, More);
        var options = new ShipOptions("The spool folder whose refused documents are sent again");
        var format = new Format("table", "json");
        options.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var problems = new Problems();
            var output = format.Read(result, problems);
            var (spool, server, wait) = options.Read(result, problems);
            var progress = new Progress(terminal, (settled, _) => $"{settled} documents settled", atEnd: true);
            var counts = await Audit.Shipping.DeadLetters.ReplayAsync(spool, server, wait, terminal.Time, NullLogger.Instance, settled => progress.Report(settled, 0), cancel: cancellation);
            progress.Clear();
            terminal.Out.WriteLine(output == "json" ? ToJson(counts) : $"{counts.Documents} refused documents: {counts.Indexed} stored, {counts.Duplicate} were there already, {counts.Refused} refused again, {counts.Left} left.");
            if (counts.Left > 0) terminal.Complain($"search server {AuditPlace.NameOf(server)}: {counts.Detail}; {counts.Left} documents stay: run it again when the server is well");
            if (counts.Refused > 0) terminal.Complain($"refused again: {counts.Refused}; see coral audit deadletter list --spool {spool}");
            return (counts.Left, counts.Refused) switch { ( > 0, _) => ExitCodes.Unreachable, (_, > 0) => ExitCodes.Negative, _ => ExitCodes.Done };
        });
        return command;
    }

    private static string ToJson(ReplayCounts counts) => Json.ToText(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("documents", counts.Documents);
        json.WriteNumber("indexed", counts.Indexed);
        json.WriteNumber("duplicate", counts.Duplicate);
        json.WriteNumber("refused", counts.Refused);
        json.WriteNumber("left", counts.Left);
        json.WriteEndObject();
    });
}
