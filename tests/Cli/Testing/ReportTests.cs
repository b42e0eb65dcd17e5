using System.Xml.Linq;
using System.Text.Json;

namespace Coral.Cli.Tests.Testing;

/// <summary>What a run prints: cases that pass and that fail, in all three forms.</summary>
public sealed class ReportTests
{
    private static readonly string Data = Path.Combine(Repository.Root, "tests", "Cli", "Testing", "Data");

    [Fact]
    public async Task A_table_shows_what_differs_and_what_no_case_reaches()
    {
        var run = await Coral.Run("test", Data);
        Assert.Equal((1, ""), (run.Code, run.Error));
        Golden.Check("test-table.txt", Relative(run.Out));
    }

    [Fact]
    public async Task On_a_narrow_screen_names_and_values_wrap()
    {
        // Where lines break depends on the length of paths, and that of a checkout is anybody's choice.
        using var folder = new Folder();
        foreach (var file in Directory.EnumerateFiles(Data)) File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        var run = await Coral.RunOn(80, "", "test", folder.Path, "--filter", "many ways");
        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= 80, line));
        Golden.Check("test-narrow.txt", run.Out.Replace(folder.Path, "DATA", StringComparison.Ordinal));
    }

    [Fact]
    public async Task JSON_is_one_line_a_case_and_the_rest_goes_to_standard_error()
    {
        var run = await Coral.Run("test", Data, "-o", "json");
        Assert.Equal(1, run.Code);
        Assert.Equal("coral: 4 cases in 1 file: 2 passed, 2 failed", run.Complaints[^1]);
        Assert.Equal(4, run.Lines.Count);
        Golden.Check("test.jsonl", Relative(run.Out));
    }

    [Fact]
    public async Task JUnit_is_well_formed_and_its_counts_add_up()
    {
        var run = await Coral.Run("test", Data, "-o", "junit");
        Assert.Equal(1, run.Code);
        Golden.Check("test-junit.xml", Relative(run.Out));

        var root = XDocument.Parse(run.Out).Root!;
        Assert.Equal("testsuites", root.Name);
        foreach (var counted in root.Elements("testsuite").Append(root))
        {
            Assert.Equal(counted.Descendants("testcase").Count(), (int)counted.Attribute("tests")!);
            Assert.Equal(counted.Descendants("failure").Count(), (int)counted.Attribute("failures")!);
        }

        Assert.All(root.Descendants("testcase"), item => Assert.All(new[] { "name", "classname", "time", "file", "line" }, name => Assert.NotNull(item.Attribute(name))));
        Assert.All(root.Descendants("failure"), item => Assert.NotEqual("", (string?)item.Attribute("message")));
        // XML has no form for the bell in the name of an image.
        Assert.Contains("<api> & \uFFFD co", root.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_forms_agree()
    {
        var json = (await Coral.Run("test", Data, "-o", "json")).Lines.ToDictionary(line => line.GetProperty("case").GetString()!, line => line.GetProperty("result").GetString() == "pass");
        var junit = XDocument.Parse((await Coral.Run("test", Data, "-o", "junit")).Out).Descendants("testcase").ToDictionary(item => (string)item.Attribute("name")!, item => !item.Elements("failure").Any());
        var table = (await Coral.Run("test", Data)).Out.Split('\n');
        Assert.Equal(json, junit);
        Assert.All(json, item => Assert.Contains(table, line => line.StartsWith($"  {(item.Value ? "pass" : "FAIL")}     {item.Key}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_filter_runs_the_cases_with_this_in_their_name_or_file()
    {
        Assert.Equal(["holds", "holds where the status alone is written"], await Names("--filter", "HOLDS"));
        Assert.Equal(4, (await Names("--filter", "mixed.test")).Count);
        var run = await Coral.Run("test", Data, "--filter", "holds");
        Assert.Equal(0, run.Code);
        // Of some of the cases there is nothing to say about what none of them reaches.
        Assert.EndsWith("\n\n2 cases in 1 file: 2 passed, 0 failed\n", run.Out);
    }

    [Fact]
    public async Task Two_runs_print_the_same()
    {
        foreach (var form in new[] { "table", "json", "junit" }) Assert.Equal(await Coral.Run("test", Coral.Samples, "-o", form), await Coral.Run("test", Coral.Samples, "-o", form));
    }

    private static async Task<List<string>> Names(params string[] more) =>
        [.. (await Coral.Run(["test", Data, "-o", "json", .. more])).Lines.Select(line => line.GetProperty("case").GetString()!)];

    private static string Relative(string text) => text.Replace(Data, "DATA", StringComparison.Ordinal);
}
