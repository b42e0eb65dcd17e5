using System.CommandLine;

namespace Coral.NodeAgent.Commands;

/// <summary>The whole program: arguments in, exit code out (0 done, 2 bad input).</summary>
internal static class AgentCommand
{
    private const int BadInput = 2;

    internal static async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellation)
    {
        var root = new RootCommand("coral-agent: what the kernel of this node can really do") { ProbeCommand.Build() };
        var parsed = root.Parse(args.Count == 0 ? ["--help"] : args);
        if (parsed.Errors.Count == 0) return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }, cancellation);
        foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync($"coral-agent: {error.Message}");
        return BadInput;
    }
}
