using Coral.Cli.Output;
using Coral.Policies.PodSecurity;

namespace Coral.Cli.Pss;

/// <summary>A row an object, with what the API server would say of it, and a line with the counts at the end.</summary>
internal sealed class TableVerdicts(Terminal terminal, LevelVersion asked) : IVerdicts
{
    /// <summary>Columns are as wide as their cells, so rows wait for each other: not for more than these, and then a new header follows.</summary>
    private const int RowsInTable = 1000;

    /// <summary>Longer than a name may be in the API (253) with its kind. A longer one would leave no room for the other columns, on the widest screen.</summary>
    private const int LongestName = 400;

    private static readonly string[] Header = ["Object", "Namespace", "Allowed", "Violations"];

    private readonly List<string[]> rows = [];

    public void Add(string label, string? ns, Verdict verdict)
    {
        rows.Add([Short(label), Short(ns ?? "-"), verdict.Allowed ? "yes" : "no", verdict.ForbiddenText(asked)]);
        if (rows.Count == RowsInTable) WriteTable();
    }

    public void Flush()
    {
    }

    public void End(long allowed, long refused)
    {
        if (allowed + refused == 0) return;
        if (rows.Count > 0) WriteTable();
        terminal.Out.WriteLine($"{allowed + refused} object{(allowed + refused == 1 ? "" : "s")} judged by {asked}: {allowed} allowed, {refused} not");
    }

    private static string Short(string name) => name.Length <= LongestName ? name : name[..LongestName] + "…";

    private void WriteTable()
    {
        Tables.Write(terminal, Header, rows, wraps: ["Violations"]);
        terminal.Out.WriteLine();
        rows.Clear();
    }
}
