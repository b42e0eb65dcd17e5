using Coral.Cli.Output;

namespace Coral.Cli.Testing.Reporting;

/// <summary>A row a case under what its document is about, then each failure with what differs, then the counts.</summary>
internal sealed class TableReport : IReport
{
    private const int Indent = 2;

    public void Write(Terminal terminal, IReadOnlyList<CaseResult> results, Coverage? coverage)
    {
        foreach (var test in results.GroupBy(result => result.Test))
        {
            Tables.WriteHeading(terminal, test.Key.About.Length == 0 ? test.Key.Shown : $"{test.Key.Shown}: {test.Key.About}");
            Tables.Write(terminal, ["Result", "Case", "Decision"], test.Select(Row), wraps: ["Case", "Decision"], Indent);
            terminal.Out.WriteLine();
        }

        foreach (var result in results.Where(result => !result.Passed)) WriteFailure(terminal, result);
        foreach (var line in Totals.Lines(results, coverage)) terminal.Out.WriteLine(Tables.Clean(line));
    }

    private static string[] Row(CaseResult result) =>
        [result.Passed ? "pass" : "FAIL", result.Case.Name, string.Join("; ", result.Objects.Select(item => ExplainLine.Short(item.Finding.Decision)).Distinct(StringComparer.Ordinal))];

    private static void WriteFailure(Terminal terminal, CaseResult result)
    {
        Tables.WriteHeading(terminal, $"FAIL {result.Test.File}:{result.Case.Line}: {result.Case.Name}");
        if (result.Case.About.Length > 0) terminal.Out.WriteLine($"  {Tables.Clean(result.Case.About)}");
        foreach (var item in result.Objects.Where(item => !item.Differences.IsEmpty))
        {
            terminal.Out.WriteLine(Tables.Clean($"  {item.Finding.Item.Label} in namespace {item.Finding.Namespace}"));
            Tables.Write(terminal, ["", "Expected", "Actual"], item.Differences.Select(difference => new[] { difference.What, difference.Expected, difference.Actual }), wraps: ["Expected", "Actual"], 2 * Indent);
            Tables.WriteFields(terminal, [("explain", ExplainLine.Of(item.Finding))], 2 * Indent);
        }

        terminal.Out.WriteLine();
    }
}
