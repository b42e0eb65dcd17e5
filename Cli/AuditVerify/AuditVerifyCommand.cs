using System.CommandLine;
using Coral.Audit.Chain;
using Coral.Cli.AuditSearch;
using Coral.Cli.Output;

namespace Coral.Cli.AuditVerify;

/// <summary>The verb <c>audit verify</c>.</summary>
internal static class AuditVerifyCommand
{
    private const string Summary = "Check that recorded decisions are what was written, each in its place and none missing in between.";

    private const string More = """
        Every document has the hash of the one before it of the same writer. All documents are read, also while more are written.
        That the last ones were taken away cannot be seen: keep the hash of the end elsewhere, and compare.
        Exit: 0 no findings, 1 findings or a writer's documents have no links, 2 bad input or no documents, 3 search server unreachable.

        Examples:
          coral audit verify --spool run/spool
          coral audit verify --search http://127.0.0.1:9200 -o json
        """;

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("verify", Summary, More);
        var where = new SourceOptions();
        var format = new Format("table", "json");
        where.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var problems = new Problems();
            var place = where.Read(result, problems);
            var output = format.Read(result, problems);
            problems.ThrowIfAny();
            return Tell(await CheckAsync(place!, terminal, cancellation), output, terminal);
        });
        return command;
    }

    private static async Task<ChainReport> CheckAsync(AuditPlace place, Terminal terminal, CancellationToken cancellation)
    {
        var progress = new Progress(terminal, (count, _) => $"{count} documents read", atEnd: true);
        try
        {
            return place.Server is { } server
                ? await ChainSource.CheckServerAsync(server, terminal.Time, place.Key, progress: count => progress.Report(count, 0), cancel: cancellation)
                : ChainSource.CheckSpool(place.Folder, count => progress.Report(count, 0));
        }
        finally
        {
            progress.Clear();
        }
    }

    private static int Tell(ChainReport report, string output, Terminal terminal)
    {
        if (report.Chains.IsEmpty && report.IsWhole)
        {
            terminal.Complain("no documents, so nothing is shown to be whole; see that --spool or --search is where decisions are recorded");
            return ExitCodes.BadInput;
        }

        if (output == "json") ChainJson.Write(terminal.Out, report);
        else ChainTable.Write(terminal, report);
        if (report.MoreFindings > 0) terminal.Complain($"findings that are not shown: {report.MoreFindings}");
        var unlinked = report.Chains.Where(chain => chain.Hash.Length == 0).ToList();
        foreach (var chain in unlinked)
            terminal.Complain($"writer {chain.Writer}: none of its documents has a link, so nothing of them is proven: they are older than the chain, or the links were taken off");
        return report.IsWhole && unlinked.Count == 0 ? ExitCodes.Done : ExitCodes.Negative;
    }
}
