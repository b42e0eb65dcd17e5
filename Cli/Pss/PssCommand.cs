using System.CommandLine;
using Coral.Cli.Inputs;
using Coral.Cli.Output;

namespace Coral.Cli.Pss;

/// <summary>The verb <c>pss</c>: what the API server's Pod Security would say of the pods of a file.</summary>
internal static class PssCommand
{
    private const string Summary = "Judge the pods of manifests by the Pod Security Standards, offline, in the API server's words.";

    private const string More = """
        A workload is judged by its template, as the pod that comes of it. Objects that run no pods are counted on standard error.
        JSON lines (one object on each line, at most 10 MiB) are judged as they come, a pipe of any length too; other input is read to its end first.
        Exit: 0 all allowed, 1 some not, 2 bad input (what can be read is judged all the same).

        Examples:
          coral pss -f shop.yaml
          coral pss -f shop.yaml --level baseline --version v1.30
          kubectl get pods -A -o json | coral pss -f - --server-version v1.34
          kubectl get pods -A -o json | jq -c '.items[]' | coral pss -f - -o json | jq -r 'select(.allowed | not) | .object'
        """;

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("pss", Summary, More);
        var files = InputOption.Create();
        var options = new StandardOptions();
        var format = new Format("table", "json");
        command.Add(files);
        options.AddTo(command);
        format.AddTo(command);
        command.SetAction(result =>
        {
            var problems = new Problems();
            var standard = options.Read(result, problems);
            var output = format.Read(result, problems);
            var names = InputFiles.Names(result.GetValue(files) ?? [], problems);
            foreach (var line in problems.Lines) terminal.Complain(line);
            if (problems.Lines.Count == 0) return Run(standard, output, names, terminal);

            // Nothing can be judged, but the mistakes of the files come at the same time as those of the options.
            new Judging(standard, new NoVerdicts(), terminal).Run(names);
            return ExitCodes.BadInput;
        });
        return command;
    }

    private static int Run(Standard standard, string output, List<string> names, Terminal terminal)
    {
        if (standard.Note is { } note) terminal.Complain(note);
        if (output == "table") return new Judging(standard, new TableVerdicts(terminal, standard.Asked), terminal).Run(names);
        using var lines = new JsonVerdicts(terminal, standard.Asked);
        return new Judging(standard, lines, terminal).Run(names);
    }
}
