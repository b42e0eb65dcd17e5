using System.CommandLine;
using Coral.Cli.Output;
using Coral.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Cli.Uninstall;

/// <summary>The verb <c>uninstall</c>.</summary>
internal static class UninstallCommand
{
    private const string Summary = "Remove what Coral's processes made in a cluster: webhook configurations, labels of nodes, reports, Secrets, Leases, definitions.";

    private const string More = """
        What was installed is removed by what installed it: the DaemonSet and the webhook before this, because they write anew what is removed while they run; roles and the rest after it.
        The definitions go too, with every InjectionPolicy, each of which is named; save them before, or keep them with --keep-crds. Namespaces stay opted in unless --namespaces is given, and pods keep their
        sidecar until they are restarted: both are listed. It can be run again at any time.
        Exit: 0 nothing is left that should go, 1 something could not be removed, 2 bad input, 3 cluster unreachable.

        Examples:
          coral uninstall --dry-run
          kubectl get injectionpolicies -o yaml > policies.yaml && coral uninstall
          coral uninstall --kubeconfig ~/.kube/config --keep-crds --namespaces -o json
        """;

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("uninstall", Summary, More);
        var options = new UninstallOptions();
        var format = new Format("table", "json");
        options.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var problems = new Problems();
            var output = format.Read(result, problems);
            var (choice, config) = options.Read(result, problems);
            using var client = new KubernetesClient(config, terminal.Time, NullLoggerFactory.Instance);
            void Say(string line)
            {
                terminal.Complain(line);
                terminal.Error.Flush();
            }

            var changes = await new Uninstaller(client, choice, terminal.Time, Say).RunAsync(cancellation);
            if (output == "json") UninstallText.WriteJson(terminal, changes.Outcomes);
            else UninstallText.WriteTable(terminal, changes.Outcomes, config.Server);
            var refused = changes.Problems.ToList();
            refused.ForEach(terminal.Complain);
            return refused.Count == 0 ? ExitCodes.Done : ExitCodes.Negative;
        });
        return command;
    }
}
