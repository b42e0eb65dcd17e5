using System.Globalization;
using System.Text.RegularExpressions;

namespace Coral.Cli.Tests.Docs;

/// <summary>docs/reference/faults.md: each fault of the audit pipeline has its tests, or says that they are planned.</summary>
public sealed partial class FaultPageTests
{
    private static readonly List<string[]> Rows = Pages.Rows(Pages.Text("docs/reference/faults.md"));

    [Fact]
    public void Every_case_stands_there_once() => Assert.Equal(Enumerable.Range(1, 28).Select(number => number.ToString(CultureInfo.InvariantCulture)), Rows.Select(row => row[0]));

    [Fact]
    public void Every_case_names_a_test_that_exists_or_says_that_it_is_planned() => Assert.All(Rows, row =>
    {
        var tests = TestSources.Named(row[2]).ToList();
        Assert.Equal([], tests.Where(name => !TestSources.Exists(name)).Select(name => $"{row[0]}: {name}"));
        Assert.True(tests.Count > 0 || row[3].Contains("planned", StringComparison.Ordinal), $"{row[0]} has neither a test nor the word that it is planned");
    });

    [Fact]
    public void A_test_that_is_named_by_its_case_stands_in_the_row()
    {
        var named = Rows.SelectMany(row => TestSources.Named(row[2]).Select(name => $"{row[0]} {name}")).ToHashSet(StringComparer.Ordinal);
        var byName = TestSources.All.SelectMany(name => OfCase().Match(name) is { Success: true } match ? [$"{int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)} {name}"] : Array.Empty<string>());
        Assert.Equal([], byName.Where(name => !named.Contains(name)).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("""^\w+Tests\.Case_(\d\d)_""")]
    private static partial Regex OfCase();
}
