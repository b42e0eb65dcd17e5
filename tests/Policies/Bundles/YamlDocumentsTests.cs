using System.Text;
using System.Text.Json;
using Coral.Policies.Bundles;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.Policies.Tests.Bundles;

public sealed class YamlDocumentsTests
{
    [Fact]
    public void Documents_know_their_lines()
    {
        var documents = YamlDocuments.Read("# first\na: 1\nb:\n  c:\n  - x\n  - d: 2\n---\n\ne: 3\n", "t.yaml").ToList();
        Assert.Equal([2, 9], documents.Select(document => document.Line));
        Assert.Equal(3, documents[0].LineOf("b"));
        Assert.Equal(4, documents[0].LineOf("b.c"));
        Assert.Equal(5, documents[0].LineOf("b.c[0]"));
        Assert.Equal(6, documents[0].LineOf("b.c[1].d"));
        Assert.Equal(4, documents[0].LineOf("b.c[7].d"));
        Assert.Equal(3, documents[0].LineOf("b.missing"));
    }

    [Fact]
    public void Lines_are_known_in_json_too()
    {
        var document = YamlDocuments.Read("\n{\n  \"a\": 1,\n  \"l\": {\n    \"x.y/z\": [\n      1,\n      2\n    ]\n  }\n}\n", "t.json").Single();
        Assert.Equal(2, document.Line);
        Assert.Equal(4, document.LineOf("l"));
        Assert.Equal(7, document.LineOf("l[x.y/z][1]"));
    }

    [Theory]
    [InlineData("kind: List\nitems:\n- kind: A\n  b: 1\n-\n  kind: B\n  c:\n    d: 1\n", "c.d", 8)]
    [InlineData("{\"kind\": \"List\",\n\"items\": [\n{\"kind\": \"A\"},\n{\"kind\": \"B\",\n\"c\": {\n\"d\": 1}}]}", "c.d", 6)]
    [InlineData("kind: List\nitems:\n- kind: List\n  items:\n  - kind: A\n- kind: List\n  items:\n  - kind: B\n    c: {d: 1}\n", "c.d", 9)]
    public void Lists_are_taken_apart_and_keep_their_lines(string text, string path, int line)
    {
        var documents = YamlDocuments.Read(text, "t").ToList();
        Assert.Equal(["A", "B"], documents.Select(document => document.Kind));
        Assert.Equal(line, documents[1].LineOf(path));
    }

    [Theory]
    [InlineData("apiVersion: v1\nkind: PodList\nitems:\n- metadata:\n    name: a\n- metadata: {name: b}\n")]
    [InlineData("{\"apiVersion\": \"v1\", \"kind\": \"PodList\", \"items\": [\n\n\n{\"metadata\":\n{\"name\": \"a\"}}, {\"metadata\": {\"name\": \"b\"}}]}")]
    public void Items_of_a_list_of_one_kind_get_its_names(string text)
    {
        var documents = YamlDocuments.Read(text, "t").ToList();
        Assert.All(documents, document => Assert.Equal(("v1", "Pod"), (document.ApiVersion, document.Kind)));
        Assert.Equal(["a", "b"], documents.Select(document => document.Name));
        Assert.Equal((4, 5), (documents[0].Line, documents[0].LineOf("metadata.name")));
    }

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3\n", "test.yaml:3: the key \"a\" stands twice, first in line 1")]
    [InlineData("s:\n- t: {x: 1,\n      x: 2}\n", "test.yaml:3: s[0].t: the key \"x\" stands twice, first in line 2")]
    [InlineData("{\"s\": [1, {\n\"x\": 1,\n\"x\": 2}]}", "test.yaml:3: s[1]: the key \"x\" stands twice, first in line 2")]
    [InlineData("yes: 1\ntrue: 2\n", "test.yaml:2: the key \"true\" stands twice, first in line 1")]
    [InlineData("a: 1\na: 2\nb: 1\nb: 2\n", "test.yaml:2: the key \"a\" stands twice, first in line 1\ntest.yaml:4: the key \"b\" stands twice, first in line 3")]
    public void Keys_that_stand_twice_are_mistakes(string text, string message) => Assert.Equal(message, TestData.Refused(text).Message);

    [Fact]
    public void Syntax_errors_say_where() => TestData.Golden("syntax-errors.txt", string.Concat(
        from text in new[]
        {
            "x: 1\na:\n\tb: 1\n", "z: 1\na: b: c\n", "a: [1,2\n", "a: 1\n- b\n", "a: @x\n", "a: \"x\n", "a: {b: 1\nc: 2\n", "k: *y\n", "a: &a [*a]\n",
            "a: \"\\q\"\n", "? [a]\n: b\n", "~: a\n", "a: .inf\n", "a: !!int x\n", "<<: 3\n", "- a\n", "just text\n", "{\"a\": 1,,}\n", "{\"a\":\n \"b}\n", "{\"a\": 1} x", "[1]",
            "{\"a\": \"\\ud800\"}", "{\"a\": \"\\udc00\\ud800\"}", "a: \"\\ud800\"\n", "a: 1\n---\nb: [\n", "kind: List\nitems: [1]\n", "\"a", "a: |\n  x\n y: 1\n",
        }
        select $"{text.Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)}\n  {TestData.Refused(text).Message}\n"));

    [Fact]
    public void What_stands_before_a_mistake_is_handed_out()
    {
        using var documents = YamlDocuments.Read("a: 1\n---\nb: [\n", "t").GetEnumerator();
        Assert.True(documents.MoveNext());
        Assert.Throws<BundleException>(() => documents.MoveNext());
    }

    [Fact]
    public void An_alias_bomb_is_refused()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++) bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        Assert.Contains("repeat too much", TestData.Refused(bomb.ToString()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bomb_of_merge_keys_is_refused()
    {
        var bomb = new StringBuilder("a0: &a0 {x: 1}\n");
        for (var i = 1; i < 12; i++) bomb.Append($"a{i}: &a{i} {{<<: [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]}}\n");
        Assert.Contains("repeat too much", TestData.Refused(bomb.ToString()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bomb_of_long_texts_is_refused()
    {
        var bomb = $"t: &t {new string('x', 100_000)}\nl: [{string.Join(", ", Enumerable.Repeat("*t", 50_000))}]\n";
        Assert.Contains("repeat too much", TestData.Refused(bomb).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('[', ']', "")]
    [InlineData('{', '}', "\"a\":")]
    [InlineData('[', ']', "x: ")]
    public void Deep_nesting_is_refused(char open, char close, string before)
    {
        var text = before.StartsWith('x') ? before + new string(open, 100_000) : string.Concat(Enumerable.Repeat($"{open}{before}", 100_000)) + "1" + new string(close, 100_000);
        TestData.Refused(text);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_refused()
    {
        foreach (var text in new byte[][] { [(byte)'a', (byte)':', 0xFF], [(byte)'{', (byte)'"', 0xC3, (byte)'"', (byte)':', (byte)'1', (byte)'}'] })
        {
            var refused = Assert.Throws<BundleException>(() => YamlDocuments.Read(new MemoryStream(text), "t").ToList());
            Assert.Contains("not UTF-8", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("# nothing\n---\n---\n")]
    [InlineData("\uFEFF")]
    [InlineData("null\n")]
    public void Nothing_is_no_document(string text) => Assert.Empty(YamlDocuments.Read(text, "t"));

    [Theory]
    [InlineData("\uFEFFa: 1\n")]
    [InlineData("\uFEFF{\"a\": 1}")]
    [InlineData("  a: 1\n")]
    [InlineData("{a: 1}\n")]
    [InlineData("{\"a\": 1,}\n")]
    [InlineData("{ \"a\": 1, # comment\n}\n")]
    [InlineData("a: 1\r\n")]
    public void It_is_one_object_however_it_is_written(string text) => Assert.Equal("{\"a\":1}", Compact(YamlDocuments.Read(text, "t").Single().Object));

    [Fact]
    public void Json_and_yaml_may_follow_each_other()
    {
        var documents = YamlDocuments.Read("{\"a\": 1}\n{\"a\": 2}\n---\na: 3\n---\n{\"a\": 4}\n", "t").ToList();
        Assert.Equal([1, 2, 3, 4], documents.Select(document => document.Object.GetProperty("a").GetInt32()));
        Assert.Equal([1, 2, 4, 6], documents.Select(document => document.Line));
    }

    [Fact]
    public void Indented_yaml_keeps_its_first_column() =>
        Assert.Equal("{\"a\":1,\"b\":2}", Compact(YamlDocuments.Read("\n  a: 1\n  b: 2\n", "t").Single().Object));

    [Fact]
    public void Json_by_lines_is_handed_out_while_it_comes()
    {
        var pipe = new ChunkedStream(Encoding.UTF8.GetBytes("{\"a\":1}\n{\"a\":2}\n{\"a\":"), chunk: 3);
        using var documents = YamlDocuments.Read(pipe, "t").GetEnumerator();
        Assert.True(documents.MoveNext());
        Assert.True(pipe.Position < 12, "the first document was complete before the stream was");
        Assert.True(documents.MoveNext());
        Assert.Throws<BundleException>(() => documents.MoveNext());
    }

    [Fact]
    public void Blocks_of_any_size_give_the_same_documents()
    {
        var text = string.Concat(Enumerable.Range(0, 50).Select(i => $"{{\"a\":{i},\n\"b\":\"{new string('é', i)}\"}}\n"));
        for (var chunk = 1; chunk < 40; chunk += 3)
        {
            var documents = YamlDocuments.Read(new ChunkedStream(Encoding.UTF8.GetBytes(text), chunk), "t").ToList();
            Assert.Equal(Enumerable.Range(0, 50), documents.Select(document => document.Object.GetProperty("a").GetInt32()));
            Assert.Equal(Enumerable.Range(0, 50).Select(i => 1 + (2 * i)), documents.Select(document => document.Line));
        }
    }

    [Fact]
    public void No_text_ends_in_any_other_error()
    {
        var pieces = new[] { "a", ":", " ", "\n", "- ", "[", "]", "{", "}", ",", "&a ", "*a", "\"", "'", "|", ">", "\t", "#", "!", "!!int ", "<<: ", "---\n", "...", "?", "%", "\\", "1", "~", "\u0085", "é", "{\"a\":", "\\ud800", "\r", "  ", "\0" };
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(4_000), Prop.ForAll(Gen.Elements(pieces).ListOf().ToArbitrary(), parts =>
        {
            try
            {
                foreach (var document in YamlDocuments.Read(string.Concat(parts), "t")) _ = document.LineOf("a.a[0].a");
            }
            catch (BundleException refused)
            {
                Assert.All(refused.Problems, problem => Assert.DoesNotContain('\n', problem.ToString()));
            }
        }));
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_problem() =>
        Assert.Equal("/nowhere/x.yaml: there is no such file", Assert.Throws<BundleException>(() => YamlDocuments.ReadFile("/nowhere/x.yaml").ToList()).Message);

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);

    /// <summary>A pipe: it gives a few bytes at a time and cannot seek.</summary>
    private sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, chunk));
    }
}
