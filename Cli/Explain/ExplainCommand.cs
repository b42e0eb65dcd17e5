using System.CommandLine;
using Coral.Cli.Deciding;
using Coral.Cli.Explain.Live;
using Coral.Cli.Facts;
using Coral.Cli.Inputs;
using Coral.Cli.Output;
using Coral.Policies;
using Coral.Policies.Variants;

namespace Coral.Cli.Explain;

/// <summary>The verb <c>explain</c>: what would happen to the pods of a file, and why.</summary>
internal static class ExplainCommand
{
    private const string Summary = "Say what would happen to the pods of manifests, or became of a running pod, and why: the level, the nodes, every variant with what became of it, and what else there is.";

    private const string More = """
        Without --standalone or --kubeconfig the namespace is taken as opted in and privileged, and no node as having reported.
        Of a running pod (pod/NAME) it also says what coral.io/status records of its decision, and why a pod like it would now get something else.
        Exit: 0 done, 1 there is no such pod, 2 bad input, 3 cluster unreachable or access refused.

        Examples:
          coral explain -f shop.yaml
          coral explain -f shop.yaml --level restricted --rules
          coral explain -f shop.yaml --kubeconfig ~/.kube/config --mode ebpf-full
          coral explain pod/web-0 -n shop --kubeconfig ~/.kube/config
          kubectl get deployment shop -o yaml | coral explain -f - --kubeconfig ~/.kube/config
          coral explain -f shop.yaml --standalone manifests/samples/standalone -n shop -o json
        """;

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("explain", Summary, More);
        var pod = new PodName();
        var files = InputOption.Create();
        var facts = new FactsOptions();
        var mode = new Option<string?>("--mode") { HelpName = "MODE", Description = "As if the pods had this coral.io/mode: auto, restricted, ebpf-minimal, ebpf-full or ebpf-privileged" };
        var user = new Option<string?>("--user") { HelpName = "NAME", Description = "As if this user created the pods (of a workload that is its controller): exemptions from Pod Security are by user" };
        var rules = new Option<bool>("--rules") { Description = "Also list the rules that fired, with what they derived, and for each other rule the first condition that failed" };
        var format = new Format("table", "json");
        pod.AddTo(command);
        command.Add(files);
        facts.AddTo(command);
        command.Add(mode);
        command.Add(user);
        command.Add(rules);
        format.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var problems = new Problems();
            var choice = facts.Read(result, problems);
            var output = format.Read(result, problems);
            var what = new WhatIf(Mode(result.GetValue(mode), problems), result.GetValue(user) is { } name ? new Requester(name, "", []) : null);
            var named = result.GetValue(files) ?? [];
            var way = result.GetValue(rules);
            var podName = pod.Read(result, named.Length > 0, choice, problems);
            if (!pod.IsGiven(result)) return await ExplainFilesAsync(named, choice, what, way, output, problems, terminal, cancellation);
            problems.ThrowIfAny();
            return await ExplainPodAsync(podName!, choice, what, way, output, problems, terminal, cancellation);
        });
        return command;
    }

    private static async Task<int> ExplainFilesAsync(string[] files, FactsChoice choice, WhatIf what, bool way, string output, Problems problems, Terminal terminal, CancellationToken cancellation)
    {
        var objects = InputFiles.Read(files, terminal, problems);
        var scene = await SceneReader.ReadAsync(choice, objects, problems, terminal.Time, cancellation);
        foreach (var note in scene.Notes) terminal.Complain(note);
        var first = true;
        foreach (var item in OfflineDecision.Decide(objects, choice, scene, what, way))
        {
            if (output == "json") terminal.Out.WriteLine(ExplainJson.Line(item));
            else ExplainTable.Write(terminal, item, scene, first);
            first = false;
        }

        return ExitCodes.Done;
    }

    private static async Task<int> ExplainPodAsync(string name, FactsChoice choice, WhatIf what, bool way, string output, Problems problems, Terminal terminal, CancellationToken cancellation)
    {
        LivePod pod;
        try
        {
            pod = await LivePod.ReadAsync(name, choice, problems, terminal.Time, cancellation);
        }
        catch (NoPodException absent)
        {
            terminal.Complain(absent.Message);
            return ExitCodes.Negative;
        }

        var scene = await SceneReader.ReadAsync(choice, [pod.ToInput()], problems, terminal.Time, cancellation);
        foreach (var note in scene.Notes) terminal.Complain(note);
        var live = Comparison.Make(pod, choice, scene, what, way);
        if (output == "json") terminal.Out.WriteLine(ExplainJson.Line(live.Now, live));
        else ExplainTable.Write(terminal, live, scene);
        return ExitCodes.Done;
    }

    private static string? Mode(string? text, Problems problems)
    {
        if (text is not (null or "auto") && VariantCatalogue.Shipped.Find(text) is null)
            problems.Add($"--mode is \"{text}\"; it must be auto, {string.Join(", ", VariantCatalogue.Shipped.Variants.OrderBy(variant => variant.Rank).Select(variant => variant.Name))}");
        return text;
    }
}
