using System.CommandLine;
using Coral.Audit.Search;
using Coral.Cli.AuditSearch;
using Coral.Cli.Output;

namespace Coral.Cli.AuditShow;

/// <summary>The verb <c>audit show</c>.</summary>
internal static class AuditShowCommand
{
    /// <summary>A decision has one document; what has more under one id, such as a remediation with its outcome, has a few.</summary>
    private const int Most = 20;

    private const string Summary = "Show everything that was recorded under an id, and its place in the chain of its writer.";

    private const string More = """
        The id is a decision's, as coral.io/status of the pod has it, or a document's. The table leaves out the recorded request: -o yaml and -o json have it.
        Exit: 0 shown, 1 there is no such id, 2 bad input, 3 search server unreachable.

        Examples:
          coral audit show 3f0c0d0e-1111-4222-8333-444455556666
          coral audit show 04hkaps9lf6uu000001g00000000001a --search http://127.0.0.1:9200 -o yaml
        """;

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("show", Summary, More);
        // Optional for the parser only, which would ask for it when help is.
        var argument = new Argument<string?>("id") { HelpName = "ID", Description = "A decision's or a document's id", Arity = ArgumentArity.ZeroOrOne };
        var where = new SourceOptions();
        var format = new Format("table", "json", "yaml");
        command.Add(argument);
        where.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var problems = new Problems();
            var id = result.GetValue(argument);
            if (string.IsNullOrEmpty(id)) problems.Add("an id is needed: of a decision, as coral.io/status of the pod has it, or of a document");
            var place = where.Read(result, problems);
            var output = format.Read(result, problems);
            problems.ThrowIfAny();
            var source = place!.Search(terminal);
            using var owned = source as IDisposable;
            var found = await source.FindAsync(new AuditQuery { Id = id, Limit = Most }, cancellation).ToListAsync(cancellation);
            found.Reverse();
            if (output == "yaml") Manifests.WriteYaml(terminal.Out, [.. found.Select(record => record.Document)]);
            foreach (var record in output == "json" ? found : []) terminal.Out.WriteLine(record.Document.GetRawText());
            foreach (var (at, record) in (output == "table" ? found : []).Index())
            {
                if (at > 0) terminal.Out.WriteLine();
                RecordTable.Write(terminal, record, await source.NeighboursAsync(record, cancellation));
            }

            if (found.Count > 0) return ExitCodes.Done;
            terminal.Complain($"no document has the id {id} in {place.Name}; see that --spool or --search is where it was recorded, and that it is not older than what is kept");
            return ExitCodes.Negative;
        });
        return command;
    }
}
