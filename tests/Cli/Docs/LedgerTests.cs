using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace Coral.Cli.Tests.Docs;

/// <summary>docs/requirements.md: every requirement once, with a state that it earns.</summary>
public sealed partial class LedgerTests(ITestOutputHelper output)
{
    private const string Page = "docs/requirements.md";

    private static readonly List<string[]> Rows = [.. Pages.Rows(Pages.Text(Page)).Where(row => Id().IsMatch(row[0]))];

    [Fact]
    public void Every_requirement_stands_there_once()
    {
        Assert.Equal([], Rows.GroupBy(row => row[0]).Where(group => group.Count() > 1).Select(group => group.Key));
        var ledger = Path.Combine(Repository.Root, "..", "shared", "requirements.md");
        if (!File.Exists(ledger))
        {
            output.WriteLine($"not compared: {ledger} is not there");
            return;
        }

        var ids = Pages.Rows(File.ReadAllText(ledger)).Select(row => row[0]).Where(id => Id().IsMatch(id));
        Assert.Equal(ids.Order(StringComparer.Ordinal), Rows.Select(row => row[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_row_has_a_state_that_we_know() => Assert.All(Rows, row =>
    {
        Assert.Equal(5, row.Length);
        Assert.True(State().IsMatch(row[2]), $"{row[0]}: \"{row[2]}\" is no state");
    });

    [Fact]
    public void What_is_done_names_its_place_and_a_test() => Assert.All(Rows.Where(row => row[2] is "done" or "replaced" || row[2].StartsWith("contradicted", StringComparison.Ordinal)), row =>
    {
        Assert.True(row[3].Length > 0, $"{row[0]} names no place");
        Assert.True(TestSources.Named(row[4]).Any(), $"{row[0]} names no test");
    });

    [Fact]
    public void What_is_not_all_done_says_why() => Assert.All(Rows.Where(row => row[2] == "partly"), row => Assert.True(row[3].Length > 0 && row[4].Length > 0, $"{row[0]} says not enough"));

    [Fact]
    public void Every_file_that_is_named_exists() => Assert.All(
        Rows.SelectMany(row => Quoted().Matches(row[3]).Select(match => (Id: row[0], Path: match.Groups[1].Value))), named => Assert.True(Path.Exists(Pages.InRepository(named.Path)), $"{named.Id}: {named.Path}"));

    [Fact]
    public void Every_test_that_is_named_exists() =>
        Assert.Equal([], Rows.SelectMany(row => TestSources.Named(row[4]).Where(name => !TestSources.Exists(name)).Select(name => $"{row[0]}: {name}")));

    [Fact]
    public void The_count_at_its_head_is_right()
    {
        var counts = Rows.GroupBy(row => row[2].Split(' ')[0]).ToDictionary(group => group.Key, group => group.Count());
        Generated.Check(Page, "counts", "| State | Rows |\n|---|---|\n" + string.Concat(counts.OrderByDescending(count => count.Value).ThenBy(count => count.Key).Select(count => $"| {count.Key} | {count.Value} |\n")));
    }

    [GeneratedRegex("""^[KNMSRDC]-\d+$""")]
    private static partial Regex Id();

    [GeneratedRegex("""^(done|partly|replaced|contradicted C-\d+|planned #(5|6|7|8|9|10)|planned \(later issue\))$""")]
    private static partial Regex State();

    [GeneratedRegex("""`([^`]+)`""")]
    private static partial Regex Quoted();
}
