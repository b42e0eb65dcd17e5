using System.CommandLine;

namespace Coral.Cli.Output;

/// <summary>The option <c>-o</c>: one of a verb's formats.</summary>
internal sealed class Format(params string[] formats)
{
    private readonly Option<string?> option = new("--output", "-o") { HelpName = string.Join('|', formats), Description = $"How to print ({formats[0]})" };

    internal void AddTo(Command command) => command.Add(option);

    /// <summary>The format that was asked for, or the first one.</summary>
    internal string Read(ParseResult result, Problems problems)
    {
        if (result.GetValue(option) is not { } text) return formats[0];
        if (!formats.Contains(text)) problems.Add($"-o is \"{text}\"; it must be {string.Join(" or ", formats)}");
        return text;
    }
}
