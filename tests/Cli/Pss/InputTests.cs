using System.Text;
using static Coral.Cli.Tests.Pss.Judged;

namespace Coral.Cli.Tests.Pss;

/// <summary>The forms of input, good and bad.</summary>
public sealed class InputTests
{
    private const string Mark = "\uFEFF";
    private const string Broken = "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"cut\"";

    public static TheoryData<string, string> Forms => new()
    {
        { "lines", $"{Refused("a")}\n{Refused("b")}\n" },
        { "no newline at the end", $"{Refused("a")}\n{Refused("b")}" },
        { "CRLF", $"{Refused("a")}\r\n{Refused("b")}\r\n" },
        { "blank lines and spaces", $"\n \t\r\n  {Refused("a")}  \n\n\n\t{Refused("b")}\n\n" },
        { "byte order marks", $"{Mark}{Refused("a")}\n{Mark}{Refused("b")}\n" },
        { "two in a line", $"{Refused("a")} {Refused("b")}\n" },
        { "a null between", $"{Refused("a")}\nnull\n{Refused("b")}\n" },
        { "a list in a line", $$"""{"apiVersion":"v1","kind":"List","items":[{{Refused("a")}},{{Refused("b")}}]}""" },
        { "a list after a line", Refused("a") + "\n" + """{"apiVersion":"v1","kind":"PodList","items":[{"metadata":{"name":"b"},"spec":{"hostPID":true,"containers":[]}}]}""" },
        { "a list over lines", $$"""
            {
              "apiVersion": "v1",
              "kind": "List",
              "items": [
                {{Refused("a")}},
                {{Refused("b")}}
              ]
            }
            """ },
        { "an object over lines after one in a line", Refused("a") + "\n" + Refused("b").Replace(",", ",\n", StringComparison.Ordinal).Replace("{", "{\n", StringComparison.Ordinal) },
        { "YAML behind a line", $"{Refused("a")}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: b}}\nspec: {{hostPID: true, containers: []}}\n" },
        { "JSON documents", $"---\n{Refused("a")}\n---\n{Refused("b")}\n" },
        { "flow YAML by lines", "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostPID: true, containers: []}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {hostPID: true, containers: []}}\n" },
        { "a comma too much", Refused("a").Replace("[]}", "[],}", StringComparison.Ordinal) + "\n" + Refused("b") },
        { "escapes", Refused("a").Replace("hostPID", "host\\u0050ID", StringComparison.Ordinal) + "\n" + Refused("\\u0062").Replace("[]", "[{\"name\":\"\\ud83d\\ude00\"}]", StringComparison.Ordinal) },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Every_form_gives_every_object(string form, string input)
    {
        var run = await Of(input);
        Assert.Equal((form, "", 1), (form, run.Error, run.Code));
        Assert.Equal(["a!", "b!"], run.Names());
    }

    /// <summary>The line, what it says of itself, and the good ones around it.</summary>
    [Theory]
    [InlineData(Broken, "not valid JSON: ")]
    [InlineData("{\"apiVersion\":\"v1\" \"kind\":\"Pod\"}", "not valid JSON: ")]
    [InlineData("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"\\ud800\"}}", "not valid JSON: it holds half a character")]
    [InlineData("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"containers\":{}}}", "Pod/(unnamed): spec.containers must be a list of containers")]
    [InlineData("{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"\\u001b[2J\"}}", "Deployment/ [2J: spec.template.spec.containers must be a list of containers")]
    [InlineData("{\"kind\":\"Pod\"}", "apiVersion and kind are needed to know what this is")]
    [InlineData("[]", "a Kubernetes object was expected, found a list")]
    [InlineData("{} {}}", "apiVersion and kind are needed to know what this is", "apiVersion and kind are needed to know what this is", "not valid JSON: ")]
    [InlineData("\"text\"", "a Kubernetes object was expected, found the text \"text\"")]
    [InlineData("GARBAGE", "a Kubernetes object was expected, found the text \"GARBAGE\"")]
    public async Task A_bad_line_is_named_and_the_good_ones_are_judged(string bad, params string[] messages)
    {
        var run = await Of($"{Allowed}\n{bad}\n{Refused("b")}\n");
        Assert.Equal(messages.Length, run.Complaints.Length);
        Assert.All(messages.Zip(run.Complaints), pair =>
        {
            Assert.StartsWith("coral: -:2:", pair.Second);
            Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal);
        });
        Assert.Equal(["good", "b!"], run.Names());
        Assert.Equal(2, run.Code);
    }

    [Fact]
    public async Task A_key_that_stands_twice_is_a_mistake_and_the_last_one_is_judged_as_the_API_server_takes_it()
    {
        var run = await Of($"{Allowed}\n{Refused("a").Replace("\"hostPID\":true", "\"hostPID\":false,\"hostPID\":true", StringComparison.Ordinal)}\n");
        Assert.Equal(["coral: -:2: spec: the key \"hostPID\" stands twice, first in line 2"], run.Complaints);
        Assert.Equal(["good", "a!"], run.Names());
        Assert.Equal(2, run.Code);
    }

    [Fact]
    public async Task Text_that_is_not_UTF_8_is_a_mistake_of_its_line()
    {
        var bytes = Encoding.Latin1.GetBytes($"{Allowed}\n{Refused("caf\u00e9")}\n{Refused("b")}\n");
        var run = await Of(new MemoryStream(bytes));
        Assert.StartsWith("coral: -:2:", Assert.Single(run.Complaints));
        Assert.Contains("not UTF-8", run.Error, StringComparison.Ordinal);
        Assert.Equal(["good", "b!"], run.Names());
        Assert.Equal(2, run.Code);
    }

    [Fact]
    public async Task Deep_nesting_is_a_mistake_of_its_line()
    {
        var deep = $$"""{"apiVersion":"v1","kind":"Pod","metadata":{{string.Concat(Enumerable.Repeat("[", 100_000))}}""" + new string(']', 100_000) + "}";
        var run = await Of($"{Allowed}\n{deep}\n{Refused("b")}\n");
        Assert.StartsWith("coral: -:2:", Assert.Single(run.Complaints));
        Assert.Equal(["good", "b!"], run.Names());
        Assert.Equal(2, run.Code);
    }

    [Fact]
    public async Task A_line_of_more_than_10_MiB_is_a_mistake_and_reading_goes_on_behind_it()
    {
        var run = await Of($"{Allowed}\n{Refused(new string('x', 11 << 20))}\n{Refused("b")}\n{Refused(new string('x', 25 << 20))}\n{Refused("c")}\n{Refused(new string('x', 11 << 20))}");
        Assert.Equal(new[] { 2, 4, 6 }.Select(line => $"coral: -:{line}: the line is longer than 10 MiB; an object on a line of its own is expected"), run.Complaints);
        Assert.Equal(["good", "b!", "c!"], run.Names());
        Assert.Equal(2, run.Code);
    }

    [Fact]
    public async Task A_list_may_be_longer_than_a_line_but_an_object_may_not()
    {
        var items = string.Join(',', Enumerable.Repeat(Refused(new string('x', 2000)), 6000));
        var list = await Of($$"""{"apiVersion":"v1","kind":"List","items":[{{items}}]}""");
        Assert.Equal((6000, "", 1), (list.Lines.Count, list.Error, list.Code));

        var item = await Of(Refused(new string('x', 11 << 20)));
        Assert.Equal(["coral: -:1: the object is longer than 10 MiB; the API server takes none above 3 MiB"], item.Complaints);
        Assert.Equal(2, item.Code);
    }

    [Fact]
    public async Task All_mistakes_of_all_files_and_options_come_at_once()
    {
        using var folder = new Folder();
        var yaml = folder.Write("a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a, name: b}\nspec: {containers: []}\n---\nkind: Pod\n---\n- 1\n");
        var lines = folder.Write("b.json", $"{Allowed}\n{Broken}\n");
        var services = folder.Write("c.yaml", "apiVersion: v1\nkind: Service\n");
        var missing = Path.Combine(folder.Path, "d.yaml");
        var empty = folder.Write("e.yaml", "");
        string[] files = ["-f", yaml, "-f", lines, "-f", services, "-f", missing, "-f", empty, "-f", folder.Path, "-f", lines];
        string[] expected =
        [
            "coral: -f names a file twice",
            $"coral: {yaml}:3: metadata: the key \"name\" stands twice, first in line 3",
            $"coral: {yaml}:6: apiVersion and kind are needed to know what this is",
            $"coral: {yaml}:8: a Kubernetes object was expected, found a list",
            $"coral: {lines}:2",
            $"coral: {services}: nothing to judge in it: no pod, and no workload that makes pods",
            $"coral: {missing}: there is no such file",
            $"coral: {empty}: nothing to judge in it: no pod, and no workload that makes pods",
            $"coral: {folder.Path}: is a folder, a file was expected",
            "coral: 1 Service is not judged: no pod comes of it",
        ];

        var run = await Coral.Run(["pss", .. files, "--level", "high", "--version", "1.30", "--server-version", "v2.0", "-o", "yaml"]);
        Assert.Equal(
            [
                "coral: --level is \"high\"; it must be privileged, baseline or restricted",
                "coral: --version is \"1.30\"; it must be latest, or like v1.30",
                "coral: --server-version is \"v2.0\"; it must be like v1.36",
                "coral: -o is \"yaml\"; it must be table or json",
                .. expected,
            ],
            run.Complaints.Select(line => line.StartsWith(expected[4], StringComparison.Ordinal) ? expected[4] : line));
        Assert.Equal((2, ""), (run.Code, run.Out));

        var judged = await Coral.Run(["pss", .. files[..^2], "--level", "baseline", "-o", "json"]);
        Assert.Equal(expected[1..], judged.Complaints.Select(line => line.StartsWith(expected[4], StringComparison.Ordinal) ? expected[4] : line));
        Assert.Equal(["Pod/b", "Pod/good"], judged.Lines.Select(line => line.GetProperty("object").GetString()));
        Assert.Equal(2, judged.Code);
    }

    [Fact]
    public async Task A_file_of_mistakes_is_given_up_and_the_next_one_read()
    {
        using var folder = new Folder();
        var bad = folder.Write("bad.json", Allowed + "\n" + string.Concat(Enumerable.Repeat("{\"x\n", 2000)));
        var good = folder.Write("good.json", Refused("a"));
        var run = await Coral.Run("pss", "-f", bad, "-f", good, "-o", "json", "--level", "baseline");
        Assert.Equal(1001, run.Complaints.Length);
        Assert.Equal($"coral: {bad}: 1000 mistakes; what follows them is not read", run.Complaints[^1]);
        Assert.Equal(["good", "a!"], run.Names());
        Assert.Equal(2, run.Code);
    }

    [Fact]
    public async Task Made_up_kinds_are_counted_together()
    {
        var run = await Of(Allowed + "\n" + string.Concat(Enumerable.Range(0, 300).Select(number => $"{{\"apiVersion\":\"v1\",\"kind\":\"K{number}\"}}\n")));
        Assert.Equal(201, run.Complaints.Length);
        Assert.Equal("coral: 100 objects of other kinds are not judged: no pod comes of them", run.Complaints[^1]);
        Assert.Equal(0, run.Code);
    }
}
