using System.CommandLine;

namespace Coral.Cli.Inputs;

/// <summary>The option <c>-f</c>, named as kubectl names it.</summary>
internal static class InputOption
{
    internal static Option<string[]?> Create() => new("--filename", "-f")
    {
        HelpName = "FILE",
        Description = "YAML or JSON with Kubernetes objects (any number, lists too), or - for standard input; may be repeated",
    };
}
