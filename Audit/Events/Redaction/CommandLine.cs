using System.Collections.Immutable;
using Coral.Audit.Events.Kernel;

namespace Coral.Audit.Events.Redaction;

/// <summary>Arguments in one line for people, without secrets: as <c>process.command_line</c> has them.</summary>
public static class CommandLine
{
    /// <summary>At most 64 arguments of 1024 characters with blanks between.</summary>
    public static string Clean(ImmutableArray<string> arguments)
    {
        if (arguments.IsDefaultOrEmpty) return "";
        Span<char> room = stackalloc char[3 * ProcessWriter.MaxArgument];
        var redaction = new ArgumentRedaction(room);
        var text = new System.Text.StringBuilder();
        foreach (var argument in arguments.AsSpan()[..Math.Min(arguments.Length, ProcessWriter.MaxArguments)]) text.Append(text.Length == 0 ? "" : " ").Append(redaction.Clean(argument));
        return text.ToString();
    }
}
