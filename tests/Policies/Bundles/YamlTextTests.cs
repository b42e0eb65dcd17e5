using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Bundles;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.Policies.Tests.Bundles;

public sealed class YamlTextTests
{
    private static readonly string[] Pieces =
    [
        "a", "B", "0", "1", "-", "+", ".", ":", " ", "#", "\n", "\t", "\r", "\"", "'", "\\", "[", "]", "{", "}", ",", "&", "*", "!", "|", ">", "%", "@", "`", "?", "=", "<<", "~", "_",
        "true", "no", "null", "1e3", "0x1", "2001-01-01", "12:30", "---", "...", ": ", " #", "é", "😀", "日", "\u0085", "\u2028", "\uFEFF", "\0", "\u001b", "\u00a0", "\uE000", "\u200B", "\n\n", "  ", "-- ", "- ", "? ", "/",
    ];

    [Fact]
    public void What_is_written_is_read_again()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3_000), Prop.ForAll(Values(4).ToArbitrary(), node =>
        {
            // Only objects are documents.
            var json = JsonElement.Parse(new JsonObject { ["root"] = node?.DeepClone(), ["after"] = 1 }.ToJsonString());
            var yaml = Write(json);
            var read = YamlDocuments.Read(yaml, "t.yaml").Single().Object;
            Assert.True(JsonSerializer.Serialize(json) == JsonSerializer.Serialize(read), $"{json}\nbecame\n{yaml}\nand was read as\n{read}");
        }));
    }

    [Fact]
    public void Every_short_text_is_read_again()
    {
        foreach (var first in Pieces)
        {
            foreach (var second in Pieces)
            {
                foreach (var text in new[] { first, first + second, second + "x" + first })
                {
                    var json = JsonElement.Parse(new JsonObject { [text] = text, ["list"] = new JsonArray(text, new JsonArray(text)) }.ToJsonString());
                    var read = YamlDocuments.Read(Write(json), "t.yaml").Single().Object;
                    Assert.Equal(JsonSerializer.Serialize(json), JsonSerializer.Serialize(read));
                }
            }
        }
    }

    [Fact]
    public void It_is_written_as_people_expect() => TestData.Golden("style.yaml", Write(JsonElement.Parse(TestData.Read("style.json"))));

    [Fact]
    public void Long_texts_are_not_folded()
    {
        var text = string.Join(' ', Enumerable.Repeat("word", 500));
        Assert.Equal($"a: {text}\n", Write(JsonElement.Parse($"{{\"a\":\"{text}\"}}")));
    }

    [Theory]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(1024)]
    [InlineData(5000)]
    public void Long_keys_are_read_again(int length)
    {
        foreach (var key in new[] { new string('k', length), new string('"', length) + "\n" })
        {
            var json = JsonElement.Parse(new JsonObject { [key] = new JsonObject { [key] = new JsonArray(1, 2) }, ["b"] = 1 }.ToJsonString());
            Assert.Equal(JsonSerializer.Serialize(json), JsonSerializer.Serialize(YamlDocuments.Read(Write(json), "t.yaml").Single().Object));
        }
    }

    private static string Write(JsonElement json)
    {
        var output = new StringWriter();
        YamlText.Write(json, output);
        return output.ToString();
    }

    private static Gen<JsonNode?> Values(int depth)
    {
        var text = Gen.Elements(Pieces).ListOf().Select(string.Concat);
        var leaf = Gen.OneOf(
            text.Select(value => (JsonNode?)JsonValue.Create(value)),
            Gen.Elements<string>("0", "-1", "1.10", "1e3", "12345678901234567890123", "-0.5E-7", "1e400").Select(value => (JsonNode?)JsonNode.Parse(value)),
            Gen.Elements(true, false).Select(value => (JsonNode?)JsonValue.Create(value)),
            Gen.Constant((JsonNode?)null));
        if (depth == 0) return leaf;
        var inner = Values(depth - 1).Resize(3);
        var list = inner.ListOf().Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())]));
        var map = Gen.Zip(text, inner).ListOf().Select(pairs => (JsonNode?)new JsonObject(
            pairs.DistinctBy(pair => pair.Item1).Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2?.DeepClone()))));
        return Gen.OneOf(leaf, list, map);
    }
}
