using System.CommandLine;

namespace Coral.Cli.DeadLetters;

/// <summary>The verbs of <c>audit deadletter</c>.</summary>
internal static class DeadLetterCommand
{
    internal static Command Build(Terminal terminal) => new("deadletter", "List documents that the search server refused, and send them again") { DeadLetterListCommand.Build(terminal), DeadLetterReplayCommand.Build(terminal) };
}
