using System.Text.RegularExpressions;

namespace Coral.Cli.Tests.Docs;

/// <summary>docs/acceptance.md: each case of the acceptance list has its tests or the reason why not.</summary>
public sealed partial class AcceptanceTests
{
    private static readonly (char Letter, int Count)[] Cases = [('A', 12), ('B', 12), ('C', 12), ('D', 12), ('E', 6), ('F', 8), ('G', 3), ('I', 6)];

    private static readonly List<string[]> Rows = [.. Pages.Rows(Pages.Text("docs/acceptance.md")).Where(row => Id().IsMatch(row[0]))];

    [Fact]
    public void Every_case_stands_there_once() => Assert.Equal(Cases.SelectMany(part => Enumerable.Range(1, part.Count).Select(number => $"{part.Letter}{number}")), Rows.Select(row => row[0]));

    [Fact]
    public void Every_case_names_a_test_that_exists_or_says_why_there_is_none() => Assert.All(Rows, row =>
    {
        var tests = TestSources.Named(row[2]).ToList();
        Assert.Equal([], tests.Where(name => !TestSources.Exists(name)).Select(name => $"{row[0]}: {name}"));
        Assert.True(tests.Count > 0 || row[3].Length > 0, $"{row[0]} has neither a test nor a reason");
    });

    [Fact]
    public void A_test_that_is_named_by_its_case_stands_in_the_row()
    {
        var named = Rows.SelectMany(row => TestSources.Named(row[2]).Select(name => $"{row[0]} {name}")).ToHashSet(StringComparer.Ordinal);
        var byName = TestSources.All.SelectMany(name => OfCase().Match(name) is { Success: true } match ? match.Groups[1].Captures.Select(id => $"{id.Value} {name}") : []);
        Assert.Equal([], byName.Where(name => Rows.Exists(row => row[0] == name.Split(' ')[0])).Where(name => !named.Contains(name)).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("""^[A-I]\d+$""")]
    private static partial Regex Id();

    [GeneratedRegex("""^(?!VariantTests)\w+Tests\.(?:([A-I]\d+)_)+""")]
    private static partial Regex OfCase();
}
