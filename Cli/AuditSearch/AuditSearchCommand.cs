using System.CommandLine;
using Coral.Audit.Search;
using Coral.Cli.Output;

namespace Coral.Cli.AuditSearch;

/// <summary>The verb <c>audit search</c>.</summary>
internal static class AuditSearchCommand
{
    private const string Summary = "Find recorded decisions, newest first, in the spool of a process on this machine or on a search server.";

    private const string More = """
        All conditions that are given have to hold. A spool is read without an index and without a lock, also while it is written.
        Exit: 0 found, 1 nothing found, 2 bad input, 3 search server unreachable.

        Examples:
          coral audit search --namespace shop --since 1h
          coral audit search --since 2d --until 1d --text "hostPath volumes" --field user.name=alice
          coral audit search --outcome denied --search http://127.0.0.1:9200
          coral audit search --id 3f0c0d0e-1111-4222-8333-444455556666 -o json
        """;

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("search", Summary, More);
        var where = new SourceOptions();
        var query = new QueryOptions(50, "The most to show (50)");
        var format = new Format("table", "json");
        where.AddTo(command);
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
            return await RunAsync(source, asked, output, terminal, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(IAuditSearch source, AuditQuery query, string output, Terminal terminal, CancellationToken cancellation)
    {
        var found = new List<AuditRecord>();
        var any = false;
        await foreach (var record in source.FindAsync(query, cancellation))
        {
            any = true;
            if (output == "json") terminal.Out.WriteLine(record.Document.GetRawText());
            else found.Add(record);
        }

        if (found.Count > 0) AuditTable.Write(terminal, found);
        if (any) return ExitCodes.Done;
        terminal.Complain("nothing found; ask for less, or see that --spool or --search is where decisions are recorded");
        return ExitCodes.Negative;
    }
}
