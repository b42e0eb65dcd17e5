using System.CommandLine;

namespace Coral.NodeAgent.Commands;

/// <summary>The whole program: arguments in, exit code out (0 done, 1 not well, 2 bad input, 130 interrupted).</summary>
internal static class AgentCommand
{
    private const int BadInput = 2;
    private const int Interrupted = 130;

    internal static async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellation)
    {
        var root = new RootCommand("coral-agent: what the kernel of this node can really do, and what it sees") { ProbeCommand.Build(), NodeCommand.Build(), SidecarCommand.Build(), RunCommand.Build(), VmCommand.Build() };
        HealthOption.AddTo(root);
        var parsed = root.Parse(args.Count == 0 ? ["--help"] : args);
        if (parsed.Errors.Count == 0) return await InvokeAsync(parsed, cancellation);
        foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync($"coral-agent: {error.Message}");
        return BadInput;
    }

    private static async Task<int> InvokeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        try
        {
            // Collectors read what is left and close their books, which takes some seconds on a busy machine.
            var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(20), EnableDefaultExceptionHandler = false };
            return await parsed.InvokeAsync(configuration, cancellation);
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
    }
}
