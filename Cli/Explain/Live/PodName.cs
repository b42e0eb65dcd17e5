using System.CommandLine;
using Coral.Cli.Facts;

namespace Coral.Cli.Explain.Live;

/// <summary>The argument that names a pod of a cluster, as kubectl takes it: <c>pod/NAME</c> or <c>pod NAME</c>.</summary>
internal sealed class PodName
{
    private static readonly string[] Kinds = ["pod", "pods", "po"];

    private readonly Argument<string[]> argument = new("POD")
    {
        HelpName = "pod/NAME",
        Arity = new ArgumentArity(0, 2),
        Description = "A pod of the cluster, instead of -f: what was decided on it, what would be decided now, and why the two differ",
    };

    internal void AddTo(Command command)
    {
        // Without this an option that there is not would be taken for the name of a pod.
        argument.Validators.Add(words =>
        {
            foreach (var word in words.Tokens.Where(word => word.Value.StartsWith('-'))) words.AddError($"Unrecognized command or argument '{word.Value}'.");
        });
        command.Add(argument);
    }

    internal bool IsGiven(ParseResult result) => result.GetValue(argument) is { Length: > 0 };

    /// <summary>The name, or null where no pod was asked for or a mistake was noted.</summary>
    internal string? Read(ParseResult result, bool hasFiles, FactsChoice choice, Problems problems)
    {
        var words = result.GetValue(argument) ?? [];
        if (words.Length == 0) return null;
        var text = string.Join(' ', words);
        if (words.Length == 1) words = text.Split('/', 2);
        if (hasFiles) problems.Add("-f and a pod's name exclude each other: what is explained comes from files or from a cluster");
        if (choice.Standalone is not null || choice.Kubeconfig is null) problems.Add($"{text}: a running pod is read from a cluster; give --kubeconfig, and no --standalone");
        if (words.Length == 2 && Kinds.Contains(words[0]) && words[1].Length > 0 && !words[1].Contains('/')) return words[1];
        problems.Add($"\"{text}\" names no pod; it must be pod/NAME (of a workload: coral explain -f FILE)");
        return null;
    }
}
