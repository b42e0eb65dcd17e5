using System.CommandLine;
using System.Text.RegularExpressions;

namespace Coral.NodeAgent.Commands;

/// <summary>Names of nodes: those of the NodeCapability's schema.</summary>
internal static partial class NodeName
{
    private const int Longest = 253;

    /// <summary>The option <c>--node</c>, checked.</summary>
    internal static Option<string> Option(string description, Func<string> otherwise)
    {
        var option = new Option<string>("--node") { HelpName = "NAME", Description = description, DefaultValueFactory = _ => otherwise() };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } name && !IsValid(name)) result.AddError($"--node is \"{name}\"; it must be the name of a node, such as node-a.example");
        });
        return option;
    }

    internal static bool IsValid(string name) => name.Length <= Longest && Pattern().IsMatch(name);

    /// <summary>The host's name as the kubelet makes it: in lower case, and what no name may hold replaced.</summary>
    internal static string OfHost()
    {
        var name = NotAllowed().Replace(Environment.MachineName.ToLowerInvariant(), "-").Trim('-', '.');
        return IsValid(name) ? name : "localhost";
    }

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();

    [GeneratedRegex("[^-.a-z0-9]")]
    private static partial Regex NotAllowed();
}
