using System.CommandLine;
using Coral.Cli.Deciding;
using Coral.Cli.Facts;
using Coral.Cli.Inputs;
using Coral.Cli.Output;
using Coral.Policies;
using Coral.Policies.Variants;

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
          coral explain -f shop.yaml --kubeconfig ~/.kube/config --mode ebpf-full
          kubectl get pod web-0 -n shop -o yaml | coral explain -f - --kubeconfig ~/.kube/config
          coral explain -f shop.yaml --standalone manifests/samples/standalone -n shop -o json
        """;

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("explain", Summary, More);
        var files = InputOption.Create();
        var facts = new FactsOptions();
        var mode = new Option<string?>("--mode") { HelpName = "MODE", Description = "As if the pods had this coral.io/mode: auto, restricted, ebpf-minimal, ebpf-full or ebpf-privileged" };
        var user = new Option<string?>("--user") { HelpName = "NAME", Description = "As if this user created the pods (of a workload that is its controller): exemptions from Pod Security are by user" };
        var format = new Format("table", "json");
        command.Add(files);
        facts.AddTo(command);
        command.Add(mode);
        command.Add(user);
        format.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var problems = new Problems();
            var choice = facts.Read(result, problems);
            var output = format.Read(result, problems);
            var what = new WhatIf(Mode(result.GetValue(mode), problems), result.GetValue(user) is { } name ? new Requester(name, "", []) : null);
            var objects = InputFiles.Read(result.GetValue(files) ?? [], terminal, problems);
            var scene = await SceneReader.ReadAsync(choice, objects, problems, terminal.Time, cancellation);
            foreach (var note in scene.Notes) terminal.Complain(note);
            var first = true;
            foreach (var item in OfflineDecision.Decide(objects, choice, scene, what))
            {
                if (output == "json") terminal.Out.WriteLine(ExplainJson.Line(item));
                else ExplainTable.Write(terminal, item, scene, first);
                first = false;
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static string? Mode(string? text, Problems problems)
    {
        if (text is not (null or "auto") && VariantCatalogue.Shipped.Find(text) is null)
            problems.Add($"--mode is \"{text}\"; it must be auto, {string.Join(", ", VariantCatalogue.Shipped.Variants.OrderBy(variant => variant.Rank).Select(variant => variant.Name))}");
        return text;
    }
}
