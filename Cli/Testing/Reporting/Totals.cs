namespace Coral.Cli.Testing.Reporting;

/// <summary>What is said of a run as a whole, the counts last.</summary>
internal static class Totals
{
    internal static IEnumerable<string> Lines(IReadOnlyList<CaseResult> results, Coverage? coverage)
    {
        if (coverage is not null)
        {
            yield return $"reasons: {coverage.Reached.Length} of {coverage.Reached.Length + coverage.Unreached.Length} reached{Not(coverage.Unreached)}";
            yield return $"rules: {coverage.Fired.Length} of {coverage.Fired.Length + coverage.Silent.Length} fired{Not(coverage.Silent)}";
            if (coverage.Matched.Length + coverage.Unmatched.Length > 0)
                yield return $"policies: {coverage.Matched.Length} of {coverage.Matched.Length + coverage.Unmatched.Length} matched by a case{Not(coverage.Unmatched.Select(place => $"{place.Name} ({place.File}:{place.Line})"))}";
        }

        var failed = results.Count(result => !result.Passed);
        var files = results.Select(result => result.Test.File).Distinct(StringComparer.Ordinal).Count();
        yield return $"{Count(results.Count, "case")} in {Count(files, "file")}: {results.Count - failed} passed, {failed} failed";
    }

    private static string Not(IEnumerable<string> missing) => string.Join(", ", missing) is { Length: > 0 } list ? $"; not {list}" : "";

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
