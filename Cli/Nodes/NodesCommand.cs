using System.CommandLine;
using Coral.Cli.Output;
using Coral.Policies.Nodes;

namespace Coral.Cli.Nodes;

/// <summary>The verb <c>nodes</c>: what each node has proved, and whether it still counts.</summary>
internal static class NodesCommand
{
    private const string Summary = "List the nodes: what each has proved of eBPF, how fresh its report is, and why it counts as it does.";

    private const string More = """
        Tier is what a pod on this node alone could get: minimal, full, privileged-only or none. A pod that may land on several gets the weakest of theirs.
        Exit: 0 done, 1 there is no node, 2 bad input, 3 cluster unreachable or access refused.

        Examples:
          coral nodes --kubeconfig ~/.kube/config
          coral nodes --kubeconfig ~/.kube/config -o wide
          coral nodes --standalone manifests/samples/standalone -o json | jq -r 'select(.tier == "none") | .node'
        """;

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("nodes", Summary, More);
        var source = new NodesSource();
        var format = new Format("table", "wide", "json");
        source.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var problems = new Problems();
            var output = format.Read(result, problems);
            var found = await source.ReadAsync(result, problems, terminal.Time, cancellation);
            var now = terminal.Time.GetUtcNow();
            var index = NodeIndex.Build(found.Nodes, found.Reports, now, found.Origin);
            var nodes = NodeStanding.Of(found, index, now);
            if (output == "json") NodesJson.Write(terminal, nodes);
            else if (nodes.Count > 0) NodesTable.Write(terminal, nodes, index, wide: output == "wide");
            if (nodes.Count > 0) return ExitCodes.Done;
            terminal.Complain("there is no node and no report");
            return ExitCodes.Negative;
        });
        return command;
    }
}
