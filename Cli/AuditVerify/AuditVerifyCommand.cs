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
        Every document has the hash of the one before it of the same writer, and a checkpoint a minute is signed. All documents are read, also while more are written.
        With --key it is checked that the signatures are yours; with --checkpoints that the end was not cut off.
        Exit: 0 no findings, 1 findings or a writer's documents have no links, 2 bad input or no documents, 3 search server or cluster unreachable.

        Examples:
          coral audit key show run/audit.key > audit.pub
          coral audit verify --spool run/spool --key audit.pub --checkpoints /mnt/other/checkpoints
          coral audit verify --search http://127.0.0.1:9200 --key audit.pub --checkpoints lease:coral-system -o json
        """;

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("verify", Summary, More);
        var where = new SourceOptions();
        var evidence = new EvidenceOptions();
        var format = new Format("table", "json");
        where.AddTo(command);
        evidence.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var problems = new Problems();
            var place = where.Read(result, problems);
            var output = format.Read(result, problems);
            var check = await evidence.ReadAsync(result, place?.Server is not null, terminal.Time, problems, cancellation);
            problems.ThrowIfAny();
            return Tell(await CheckAsync(place!, check!, terminal, cancellation), check!, output, terminal);
        });
        return command;
    }

    private static async Task<ChainReport> CheckAsync(AuditPlace place, ChainCheck check, Terminal terminal, CancellationToken cancellation)
    {
        var progress = new Progress(terminal, (count, _) => $"{count} documents read", atEnd: true);
        try
        {
            return place.Server is { } server
                ? await ChainSource.CheckServerAsync(server, terminal.Time, check: check, progress: count => progress.Report(count, 0), cancel: cancellation)
                : ChainSource.CheckSpool(place.Folder, check, count => progress.Report(count, 0));
        }
        finally
        {
            progress.Clear();
        }
    }

    private static int Tell(ChainReport report, ChainCheck check, string output, Terminal terminal)
    {
        if (report.Chains.IsEmpty && report.IsWhole)
        {
            terminal.Complain("no documents, so nothing is shown to be whole; see that --spool or --search is where decisions are recorded");
            return ExitCodes.BadInput;
        }

        if (output == "json") ChainJson.Write(terminal.Out, report, !check.Keys.IsEmpty);
        else ChainTable.Write(terminal, report);
        foreach (var note in report.Notes) terminal.Complain(note);
        if (check.Keys.IsEmpty && report.Chains.Any(chain => chain.Seal.Checkpoints > 0))
            terminal.Complain("signatures not checked: without --key anybody's key counts; give the public key that you hold");
        if (report.MoreFindings > 0) terminal.Complain($"findings that are not shown: {report.MoreFindings}");
        var unlinked = report.Chains.Where(chain => chain.Hash.Length == 0).ToList();
        foreach (var chain in unlinked)
            terminal.Complain($"writer {chain.Writer}: none of its documents has a link, so nothing of them is proven: they are older than the chain, or the links were taken off");
        return report.IsWhole && unlinked.Count == 0 ? ExitCodes.Done : ExitCodes.Negative;
    }
}
