using Coral.Audit.Search;
using Coral.Cli.AuditSearch;
using Coral.Cli.Output;

namespace Coral.Cli.AuditTail;

/// <summary>A decision in one line. How wide those to come are is not known, so each column has room for what is common, and what is longer pushes the rest.</summary>
internal static class TailLine
{
    /// <summary>Time, namespace, pod, outcome, reason, variant and form; the last columns of a table need none.</summary>
    private static readonly int[] Widths = [24, 14, 28, 8, 24, 12, 7, 10];

    internal static string Of(AuditRecord record) =>
        string.Join("  ", AuditTable.Row(record).Select((cell, column) => Tables.Clean(cell).PadRight(column < Widths.Length ? Widths[column] : 0)));
}
