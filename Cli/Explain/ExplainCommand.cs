using System.CommandLine;
using Coral.Cli.Deciding;
using Coral.Cli.Facts;
using Coral.Cli.Inputs;
using Coral.Cli.Output;

namespace Coral.Cli.Explain;

/// <summary>The verb <c>explain</c>: what would happen to the pods of a file, and why.</summary>
internal static class ExplainCommand
{
    private const string Summary = "Say what would happen to the pods of manifests, and why: the level, the nodes, every variant with what became of it, and what else there is.";

    private const string More = """
        Without --standalone or --kubeconfig the namespace is taken as opted in and privileged, and no node as having reported.
        Exit: 0 done, 2 bad input, 3 cluster unreachable.

        Examples:
          coral explain -f shop.yaml
          coral explain -f shop.yaml --level restricted
          kubectl get pod web-0 -n shop -o yaml | coral explain -f - --kubeconfig ~/.kube/config
          coral explain -f shop.yaml --standalone manifests/samples/standalone -n shop -o json
        """;

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("explain", Summary, More);
        var files = InputOption.Create();
        var facts = new FactsOptions();
        var format = new Format("table", "json");
        command.Add(files);
        facts.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var problems = new Problems();
            var choice = facts.Read(result, problems);
            var output = format.Read(result, problems);
            var objects = InputFiles.Read(result.GetValue(files) ?? [], terminal, problems);
            var scene = await SceneReader.ReadAsync(choice, objects, problems, terminal.Time, cancellation);
            foreach (var note in scene.Notes) terminal.Complain(note);
            var first = true;
            foreach (var item in OfflineDecision.Decide(objects, choice, scene))
            {
                if (output == "json") terminal.Out.WriteLine(ExplainJson.Line(item));
                else ExplainTable.Write(terminal, item, scene, first);
                first = false;
            }

            return ExitCodes.Done;
        });
        return command;
    }
}
