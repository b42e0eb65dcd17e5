using System.CommandLine;
using Coral.Audit.Search;
using Coral.Cli.Output;
using Coral.Policies;

namespace Coral.Cli.Replay;

/// <summary>The verb <c>replay</c>: recorded requests, decided anew by other policies.</summary>
internal static class ReplayCommand
{
    private const string Summary = "Make recorded decisions again by other policies, and show what changes: nothing else of the cluster is taken as changed.";

    private const string More = """
        All conditions that are given have to hold. Documents that hold too little to decide again are counted, with the reason.
        Without --policy only decisions in which no policy had a say are made again: it shows whether this version of coral decides as the recorded one did.
        Exit: 0 nothing changed, 1 something changed, 2 bad input or nothing to replay, 3 search server unreachable.

        Examples:
          coral replay --from run/spool --policy new-policies --since 7d
          coral replay --from http://127.0.0.1:9200 --policy new-policies --namespace shop --outcome injected
          coral replay --from run/spool --policy new-policies -o json
        """;

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("replay", Summary, More);
        var options = new ReplayOptions();
        var format = new Format("table", "json");
        options.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var problems = new Problems();
            var tally = new Tally();
            var source = options.ReadSource(result, terminal.Time, problems, tally.AddUnreadable);
            using var owned = source as IDisposable;
            var query = options.ReadQuery(result, terminal.Time, problems);
            var policies = options.ReadPolicies(result, problems);
            var output = format.Read(result, problems);
            problems.ThrowIfAny();
            var code = await RunAsync(source.FindAsync(query, cancellation), policies, output == "json", tally, terminal);
            if (tally.Unreadable > 0) terminal.Complain($"documents that cannot be read and were passed over: {tally.Unreadable}");
            return code;
        });
        return command;
    }

    private static async Task<int> RunAsync(IAsyncEnumerable<AuditRecord> records, ClusterFacts? policies, bool isJson, Tally tally, Terminal terminal)
    {
        var engine = new DecisionEngine();
        var progress = new Progress(terminal, (count, _) => $"{count} documents read", atEnd: !isJson);
        await foreach (var record in records)
        {
            var item = Replayed.Make(record, engine, policies);
            tally.Add(item);
            progress.Report(tally.Read, 0);
            if (isJson && item.Differences.Count > 0) terminal.Out.WriteLine(ReplayJson.Change(item));
        }

        progress.Clear();
        if (isJson) terminal.Out.WriteLine(ReplayJson.Summary(tally));
        else ReplayTable.Write(terminal, tally);
        if (tally.Replayed > 0) return tally.Changed > 0 ? ExitCodes.Negative : ExitCodes.Done;
        terminal.Complain(tally.Read == 0
            ? "nothing found, so nothing is shown to be the same; ask for less, or see that --from is where decisions are recorded"
            : "none of the documents could be replayed, so nothing is shown to be the same");
        return ExitCodes.BadInput;
    }
}
