using System.CommandLine;
using Coral.Audit.Spool;
using Coral.Cli.AgentStatus;
using Coral.Cli.AuditSearch;
using Coral.Cli.AuditShip;
using Coral.Cli.AuditShow;
using Coral.Cli.AuditSigning;
using Coral.Cli.AuditTail;
using Coral.Cli.AuditVerify;
using Coral.Cli.DeadLetters;
using Coral.Cli.Explain;
using Coral.Cli.Inject;
using Coral.Cli.Kibana;
using Coral.Cli.Nodes;
using Coral.Cli.Output;
using Coral.Cli.Pss;
using Coral.Cli.Replay;
using Coral.Cli.Review;
using Coral.Cli.Testing;
using Coral.Cli.Uninstall;
using Coral.Kubernetes;

namespace Coral.Cli;

/// <summary>The whole program: arguments in, exit code out. No exception leaves it but cancellation.</summary>
internal static class CoralCommand
{
    internal static async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal, CancellationToken cancellation = default)
    {
        var root = Build(terminal);
        var parsed = root.Parse(args.Count == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var line in Mistakes(parsed)) terminal.Complain(line);
            return ExitCodes.BadInput;
        }

        try
        {
            // Ctrl-C ends the process at once, as it does any filter.
            var configuration = new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
            return await parsed.InvokeAsync(configuration, cancellation);
        }
        catch (BadInputException mistakes)
        {
            foreach (var line in mistakes.Problems) terminal.Complain(line);
            return ExitCodes.BadInput;
        }
        catch (Exception failure) when (failure is KubernetesException or KubernetesUnreachableException or KubernetesProtocolException or HttpRequestException)
        {
            terminal.Complain(failure.Message);
            return ExitCodes.Unreachable;
        }
        catch (KubernetesConfigException mistakes)
        {
            foreach (var line in mistakes.Mistakes) terminal.Complain(line);
            return ExitCodes.BadInput;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SpoolUnavailableException)
        {
            terminal.Complain(failure.Message);
            return ExitCodes.BadInput;
        }
    }

    private static RootCommand Build(Terminal terminal)
    {
        var root = new RootCommand("coral: what Coral Policy does to your pods, and why. Start with: coral explain -f FILE")
        {
            InjectCommand.Build(terminal),
            ExplainCommand.Build(terminal),
            PssCommand.Build(terminal),
            TestCommand.Build(terminal),
            new Command("audit", "Find, check and ship recorded decisions")
            {
                AuditSearchCommand.Build(terminal), AuditTailCommand.Build(terminal), AuditShowCommand.Build(terminal), AuditVerifyCommand.Build(terminal), AuditKeyCommand.Build(terminal),
                AuditShipCommand.Build(terminal), DeadLetterCommand.Build(terminal),
            },
            new Command("kibana", "Dashboards and alert rules for what is recorded") { ImportCommand.Build(terminal) },
            new Command("agent", "The agent that runs here") { AgentStatusCommand.Build(terminal) },
            NodesCommand.Build(terminal),
            ReplayCommand.Build(terminal),
            ReviewCommand.Build(terminal),
            UninstallCommand.Build(terminal),
        };
        VerbCommand.ExtendHelp(root);
        return root;
    }

    /// <summary>A verb with those that it stands under.</summary>
    private static string PathOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault(parent => parent is not RootCommand) is { } above ? $"{PathOf(above)} {command.Name}" : command.Name;

    /// <summary>A verb that is not there says more than the parser's complaints about what follows it.</summary>
    private static IEnumerable<string> Mistakes(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count == 0) return parsed.Errors.Select(error => error.Message);
        var name = command is RootCommand ? "coral" : "coral " + PathOf(command);
        var verbs = string.Join(", ", command.Subcommands.Select(verb => verb.Name));
        var first = parsed.UnmatchedTokens.Count > 0 ? $"\"{parsed.UnmatchedTokens[0]}\" is no verb of {name}" : $"{name} needs a verb";
        return [$"{first}; there are: {verbs}. See {name} --help"];
    }
}
