namespace Coral.Cli;

/// <summary>What an exit code says (design §6).</summary>
internal static class ExitCodes
{
    internal const int Done = 0;

    /// <summary>A negative result: refused, or nothing found.</summary>
    internal const int Negative = 1;

    internal const int BadInput = 2;
    internal const int Unreachable = 3;
}
