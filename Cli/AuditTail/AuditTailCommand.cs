using System.CommandLine;
using Coral.Audit.Search;
using Coral.Cli.AuditSearch;
using Coral.Cli.Output;

namespace Coral.Cli.AuditTail;

/// <summary>The verb <c>audit tail</c>.</summary>
internal static class AuditTailCommand
{
    private const string Summary = "Show the last recorded decisions, oldest first, and follow what comes.";

    private const string More = """
        All conditions that are given have to hold. With -f it goes on until Ctrl-C, over the ends of the spool's segments and over what the spool lets go of.
        A search server is asked every 2 seconds; what it gets more than a minute after it happened is not shown: search for it.
        Exit: 0 shown, 1 nothing to show, 2 bad input, 3 search server unreachable.

        Examples:
          coral audit tail -f
          coral audit tail -f --outcome denied -o json
          coral audit tail --search http://127.0.0.1:9200 --namespace shop --limit 100
        """;

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("tail", Summary, More);
        var where = new SourceOptions();
        var query = new QueryOptions(10, "The most to show of what is there (10)");
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with every one that comes" };
        var format = new Format("table", "json");
        where.AddTo(command);
        command.Add(follow);
        query.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var problems = new Problems();
            var place = where.Read(result, problems);
            var asked = query.Read(result, terminal.Time, problems);
            var output = format.Read(result, problems);
            problems.ThrowIfAny();
            var source = place!.Search(terminal);
            using var owned = source as IDisposable;
            var records = result.GetValue(follow) ? source.FollowAsync(asked, cancellation) : LastAsync(source, asked, cancellation);
            return await ShowAsync(records, output == "json", terminal);
        });
        return command;
    }

    private static async IAsyncEnumerable<AuditRecord> LastAsync(IAuditSearch source, AuditQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var record in (await source.FindAsync(query, cancellation).ToListAsync(cancellation)).AsEnumerable().Reverse()) yield return record;
    }

    private static async Task<int> ShowAsync(IAsyncEnumerable<AuditRecord> records, bool json, Terminal terminal)
    {
        var any = false;
        await foreach (var record in records)
        {
            terminal.Out.WriteLine(json ? record.Document.GetRawText() : TailLine.Of(record));
            // Whoever waits for a line waits for this one.
            await terminal.Out.FlushAsync(CancellationToken.None);
            any = true;
        }

        if (any) return ExitCodes.Done;
        terminal.Complain("nothing to show; ask for less, or see that --spool or --search is where decisions are recorded");
        return ExitCodes.Negative;
    }
}
