using System.CommandLine;
using Coral.Audit;
using Coral.Cli.AuditSearch;
using Coral.Cli.Output;

namespace Coral.Cli.AuditShip;

/// <summary>The verb <c>audit ship</c>.</summary>
internal static class AuditShipCommand
{
    private const string Summary = "Ship what is left in the spool of a process that will not come back.";

    private const string More = """
        Each document is sent until the server has it, with the id that it always had: one that is there already is not stored twice. Nothing is deleted; what was shipped is noted in the spool, so that
        it can be broken off and run again. A spool that a process has open is refused: that process ships it.
        Exit: 0 all delivered, 1 documents were refused or are damaged, 2 bad input or a spool in use, 3 search server unreachable or it took nothing for the time of --wait.

        Examples:
          coral audit ship --spool run/spool --search http://127.0.0.1:9200
          coral audit ship --spool /mnt/coral-webhook-0 --search https://search:9200 --search-api-key-file key --search-ca-file ca.crt
        """;

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("ship", Summary, More);
        var options = new ShipOptions("The spool folder that the process left");
        var format = new Format("table", "json");
        options.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var problems = new Problems();
            var output = format.Read(result, problems);
            var (spool, server, wait) = options.Read(result, problems);
            var shipped = await SpoolShipment.RunAsync(spool, server, wait, terminal, cancellation);
            if (output == "json") ShipmentText.WriteJson(terminal.Out, shipped.Counts);
            else ShipmentText.WriteTable(terminal.Out, shipped.Counts);
            return Judge(shipped, AuditPlace.NameOf(server), spool, terminal);
        });
        return command;
    }

    private static int Judge((AuditCounts Counts, string Detail) shipped, string server, string spool, Terminal terminal)
    {
        var (counts, detail) = shipped;
        if (counts.DeadLetter > 0) terminal.Complain($"refused by the server: {counts.DeadLetter}; see coral audit deadletter list --spool {spool}");
        if (counts.Corrupt > 0) terminal.Complain($"damaged in the spool and lost: {counts.Corrupt}");
        if (counts.Pending > 0)
        {
            terminal.Complain($"search server {server}: {(detail.Length > 0 ? detail : "took nothing")}; {counts.Pending} documents stay in the spool: run it again when the server is well");
            return ExitCodes.Unreachable;
        }

        return counts.DeadLetter + counts.Corrupt > 0 ? ExitCodes.Negative : ExitCodes.Done;
    }
}
