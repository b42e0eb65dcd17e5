using System.Text.RegularExpressions;

namespace Coral.NodeAgent.Bpf;

/// <summary>Reads the verifier's log: what it walked through comes first, why it refused after that.</summary>
internal static partial class VerifierLog
{
    /// <summary>The first line that is no record of the walk; else the first line; null for an empty log.</summary>
    internal static string? FirstLine(string log)
    {
        var lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Array.Find(lines, line => !Walk().IsMatch(line)) ?? lines.FirstOrDefault();
    }

    // Instructions with the state of the registers, lines of the source, and remarks on the types of arguments, which are only a matter of speed.
    [GeneratedRegex(@"^(\d+: |; |from \d+ to |R\d|func#|arg#|reg type unsupported|processed |verification time|stack depth|mark_precise|last_idx|regs=)", RegexOptions.ExplicitCapture)]
    private static partial Regex Walk();
}
