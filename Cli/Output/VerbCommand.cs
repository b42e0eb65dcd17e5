using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Coral.Cli.Output;

/// <summary>A verb that says one line of itself in lists, and more with examples in its own help.</summary>
internal sealed class VerbCommand(string name, string summary, string more) : Command(name, summary)
{
    /// <summary>Lets the help of every verb below end with what it has to say.</summary>
    internal static void ExtendHelp(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new Help((HelpAction)option.Action!);
    }

    private string More => more;

    private sealed class Help(HelpAction plain) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var code = plain.Invoke(parseResult);
            if (parseResult.CommandResult.Command is VerbCommand verb) parseResult.InvocationConfiguration.Output.WriteLine(verb.More);
            return code;
        }
    }
}
