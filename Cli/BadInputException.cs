namespace Coral.Cli;

/// <summary>The user gave something that can't be used: every mistake, one line each.</summary>
internal sealed class BadInputException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    internal BadInputException(string problem)
        : this([problem])
    {
    }

    internal IReadOnlyList<string> Problems { get; } = problems;
}
