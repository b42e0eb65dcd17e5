using System.CommandLine;
using System.Text.Json;
using Coral.Cli.Deciding;
using Coral.Cli.Facts;
using Coral.Cli.Inputs;
using Coral.Cli.Output;
using Coral.Cli.Patching;
using Coral.Policies;

namespace Coral.Cli.Inject;

/// <summary>The verb <c>inject</c>: objects in, the same objects with the sidecar out.</summary>
internal static class InjectCommand
{
    private const string Summary = "Add the sidecar to the pods of manifests, offline, as the webhook would.";

    private const string More = """
        Prints the objects on standard output and one line for each on standard error. Objects without pods pass through.
        Without --standalone or --kubeconfig the namespace is taken as opted in and privileged, and no node as having reported.
        Exit: 0 done, 1 a pod would be refused, 2 bad input, 3 cluster unreachable.

        Examples:
          coral inject -f shop.yaml | kubectl apply -f -
          kubectl get deployment shop -o yaml | coral inject -f - --level baseline
          coral inject -f shop.yaml --kubeconfig ~/.kube/config -o json
        """;

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("inject", Summary, More);
        var files = InputOption.Create();
        var facts = new FactsOptions();
        var format = new Format("yaml", "json");
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
            return Run(OfflineDecision.Decide(objects, choice, scene).ToList(), scene, output, terminal);
        });
        return command;
    }

    private static int Run(List<OfflineDecision> decisions, Scene scene, string output, Terminal terminal)
    {
        var results = decisions.ConvertAll(Result);
        foreach (var note in scene.Notes) terminal.Complain(note);
        foreach (var decision in decisions) terminal.Error.WriteLine(Tables.Clean(Line(decision)));
        if (output == "json") Manifests.WriteJson(terminal.Out, results);
        else Manifests.WriteYaml(terminal.Out, results);
        return decisions.Exists(item => item.Decision?.Outcome == Outcome.Denied) ? ExitCodes.Negative : ExitCodes.Done;
    }

    private static JsonElement Result(OfflineDecision item)
    {
        if (item.Decision is not { Patch.IsEmpty: false } decision) return item.Item.Document.Object;
        JsonPatch.Apply(item.Pod!.Node, decision.Patch);
        return item.Pod.BackInPlace();
    }

    private static string Line(OfflineDecision item) => item.Item.Label + ": " + item.Decision switch
    {
        null => "unchanged, it runs no pods",
        { Outcome: Outcome.Injected } decision => $"injected {decision.Variant}, {decision.Form!.Value.ToCode()} ({decision.Reason})",
        { Outcome: Outcome.Denied } decision => $"denied ({decision.Reason}): {Reasons.All[decision.Reason]}; printed unchanged",
        var decision => $"{decision.Outcome.ToCode()} ({decision.Reason}): {Reasons.All[decision.Reason]}",
    };
}
