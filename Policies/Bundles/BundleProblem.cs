using System.Collections.Immutable;

namespace Coral.Policies.Bundles;

/// <summary>One mistake in a file or object, with the place where it stands.</summary>
/// <param name="File">The file as it was named by the user, <c>-</c> for standard input, or <c>Kind/name</c> for an object of a cluster.</param>
/// <param name="Line">Counted from 1; 0 when the mistake has no line (a file that cannot be read, an object of a cluster).</param>
/// <param name="Path">The field, such as <c>spec.modes.allowed[1]</c>; empty when the mistake is about no field.</param>
/// <param name="Message">What is wrong and what would be right. One line.</param>
public sealed record BundleProblem(string File, int Line, string Path, string Message)
{
    /// <summary>Counted from 1, in characters; 0 when only the line is known. Syntax errors have one.</summary>
    public int Column { get; init; }

    /// <summary>One line: <c>file:line:column: path: message</c> without the parts that are not known.</summary>
    public override string ToString()
    {
        var line = Line > 0 ? $":{Line}" : "";
        var column = Line > 0 && Column > 0 ? $":{Column}" : "";
        var path = Path.Length > 0 ? $" {Path}:" : "";
        return $"{File}{line}{column}:{path} {Message}";
    }
}

/// <summary>All mistakes of what was read. The message holds one line for each, in the order of files and lines.</summary>
public sealed class BundleException(ImmutableArray<BundleProblem> problems) : Exception(string.Join('\n', problems))
{
    /// <summary>For a single mistake.</summary>
    internal BundleException(BundleProblem problem)
        : this([problem])
    {
    }

    /// <summary>At least one.</summary>
    public ImmutableArray<BundleProblem> Problems { get; } = problems;
}
