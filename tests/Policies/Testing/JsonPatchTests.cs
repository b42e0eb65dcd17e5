using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Testing;

namespace Coral.Policies.Tests.Testing;

/// <summary>The judge of our patches is judged by every case of RFC 6902 appendix A, and by the edges of RFC 6901.</summary>
public sealed class JsonPatchTests
{
    [Theory]
    [InlineData("A.1", """{"foo":"bar"}""", """[{"op":"add","path":"/baz","value":"qux"}]""", """{"foo":"bar","baz":"qux"}""")]
    [InlineData("A.2", """{"foo":["bar","baz"]}""", """[{"op":"add","path":"/foo/1","value":"qux"}]""", """{"foo":["bar","qux","baz"]}""")]
    [InlineData("A.3", """{"baz":"qux","foo":"bar"}""", """[{"op":"remove","path":"/baz"}]""", """{"foo":"bar"}""")]
    [InlineData("A.4", """{"foo":["bar","qux","baz"]}""", """[{"op":"remove","path":"/foo/1"}]""", """{"foo":["bar","baz"]}""")]
    [InlineData("A.5", """{"baz":"qux","foo":"bar"}""", """[{"op":"replace","path":"/baz","value":"boo"}]""", """{"foo":"bar","baz":"boo"}""")]
    [InlineData("A.6", """{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}""", """[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]""",
        """{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}""")]
    [InlineData("A.7", """{"foo":["all","grass","cows","eat"]}""", """[{"op":"move","from":"/foo/1","path":"/foo/3"}]""", """{"foo":["all","cows","eat","grass"]}""")]
    [InlineData("A.8", """{"baz":"qux","foo":["a",2,"c"]}""", """[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]""",
        """{"baz":"qux","foo":["a",2,"c"]}""")]
    [InlineData("A.10", """{"foo":"bar"}""", """[{"op":"add","path":"/child","value":{"grandchild":{}}}]""", """{"foo":"bar","child":{"grandchild":{}}}""")]
    [InlineData("A.11", """{"foo":"bar"}""", """[{"op":"add","path":"/baz","value":"qux","xyz":123}]""", """{"foo":"bar","baz":"qux"}""")]
    [InlineData("A.14", """{"/":9,"~1":10}""", """[{"op":"test","path":"/~01","value":10}]""", """{"/":9,"~1":10}""")]
    [InlineData("A.16", """{"foo":["bar"]}""", """[{"op":"add","path":"/foo/-","value":["abc","def"]}]""", """{"foo":["bar",["abc","def"]]}""")]
    public void The_examples_of_the_standard_give_its_results(string example, string document, string patch, string expected) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonPatch.Apply(document, patch)), example);

    [Theory]
    [InlineData("A.9", """{"baz":"qux"}""", """[{"op":"test","path":"/baz","value":"bar"}]""", "operation 0", "the test fails")]
    [InlineData("A.12", """{"foo":"bar"}""", """[{"op":"add","path":"/baz/bat","value":"qux"}]""", "operation 0", "no member 'baz'")]
    [InlineData("A.15", """{"/":9,"~1":10}""", """[{"op":"test","path":"/~01","value":"10"}]""", "operation 0", "the test fails")]
    public void The_examples_of_the_standard_that_must_fail_fail(string example, string document, string patch, string which, string why)
    {
        var message = Assert.Throws<JsonPatchException>(() => JsonPatch.Apply(document, patch)).Message;

        Assert.True(message.Contains(which) && message.Contains(why), $"{example}: {message}");
    }

    [Fact]
    public void A_13_an_operation_with_a_name_twice_is_refused() =>
        Assert.ThrowsAny<JsonException>(() => JsonPatch.Apply("""{"foo":"bar"}""", """[{"op":"add","path":"/baz","value":"qux","op":"remove"}]"""));

    [Theory]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/a","value":2}]""", """{"a":2}""")]
    [InlineData("""{"a":1,"b":2}""", """[{"op":"add","path":"/a","value":3}]""", """{"a":3,"b":2}""")]
    [InlineData("""{}""", """[{"op":"add","path":"/a","value":null}]""", """{"a":null}""")]
    [InlineData("""{"":1}""", """[{"op":"replace","path":"/","value":2}]""", """{"":2}""")]
    [InlineData("""{"a/b":{"c~d":1}}""", """[{"op":"remove","path":"/a~1b/c~0d"}]""", """{"a/b":{}}""")]
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"","value":[]}]""", """[]""")]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"","value":"x"}]""", "\"x\"")]
    [InlineData("""{"a":1}""", """[{"op":"test","path":"","value":{"a":1}}]""", """{"a":1}""")]
    [InlineData("""{"a":1,"b":2}""", """[{"op":"replace","path":"/a","value":{}}]""", """{"a":{},"b":2}""")]
    [InlineData("""[1,2]""", """[{"op":"add","path":"/2","value":3}]""", """[1,2,3]""")]
    [InlineData("""[1,2]""", """[{"op":"add","path":"/0","value":0}]""", """[0,1,2]""")]
    [InlineData("""[1,2]""", """[{"op":"replace","path":"/0","value":0}]""", """[0,2]""")]
    [InlineData("""[]""", """[{"op":"add","path":"/-","value":{}},{"op":"add","path":"/0/a","value":[]},{"op":"add","path":"/0/a/-","value":1}]""", """[{"a":[1]}]""")]
    [InlineData("""{"a":{"b":1}}""", """[{"op":"copy","from":"/a","path":"/c"},{"op":"add","path":"/c/b","value":2}]""", """{"a":{"b":1},"c":{"b":2}}""")]
    [InlineData("""{"a":{"b":1}}""", """[{"op":"move","from":"/a","path":"/a"}]""", """{"a":{"b":1}}""")]
    [InlineData("""{"a":{"b":1}}""", """[{"op":"move","from":"/a/b","path":"/a"}]""", """{"a":1}""")]
    [InlineData("""{"a":null}""", """[{"op":"test","path":"/a","value":null},{"op":"remove","path":"/a"}]""", """{}""")]
    [InlineData("""{"n":[1,100,0.5]}""", """[{"op":"test","path":"/n","value":[1.0,1e2,5e-1]}]""", """{"n":[1,100,0.5]}""")]
    [InlineData("""{"o":{"a":1,"b":2}}""", """[{"op":"test","path":"/o","value":{"b":2,"a":1}}]""", """{"o":{"a":1,"b":2}}""")]
    [InlineData("""{"s":"\u00e9/"}""", """[{"op":"test","path":"/s","value":"é\/"}]""", """{"s":"é/"}""")]
    public void Edges_give_what_the_standard_says(string document, string patch, string expected)
    {
        var result = JsonPatch.Apply(document, patch);

        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), result?.ToJsonString());
    }

    [Theory]
    [InlineData("""{"a":1}""", """[{"op":"remove","path":"/b"}]""", "no member 'b'")]
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"/b","value":1}]""", "no member 'b'")]
    [InlineData("""{"a":1}""", """[{"op":"test","path":"/b","value":null}]""", "no member 'b'")]
    [InlineData("""[1]""", """[{"op":"add","path":"/2","value":1}]""", "past the end")]
    [InlineData("""[1]""", """[{"op":"remove","path":"/1"}]""", "past the end")]
    [InlineData("""[1]""", """[{"op":"remove","path":"/-"}]""", "not an index")]
    [InlineData("""[1]""", """[{"op":"test","path":"/-","value":1}]""", "not an index")]
    [InlineData("""[1,2]""", """[{"op":"add","path":"/01","value":1}]""", "not an index")]
    [InlineData("""[1,2]""", """[{"op":"add","path":"/+1","value":1}]""", "not an index")]
    [InlineData("""[1,2]""", """[{"op":"add","path":"/x","value":1}]""", "not an index")]
    [InlineData("""[1]""", """[{"op":"add","path":"/99999999999","value":1}]""", "not an index")]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/a/b","value":1}]""", "neither object nor array")]
    [InlineData("""{"a":null}""", """[{"op":"add","path":"/a/b","value":1}]""", "neither object nor array")]
    [InlineData("""{}""", """[{"op":"add","path":"a","value":1}]""", "does not start with '/'")]
    [InlineData("""{}""", """[{"op":"add","path":"/~2","value":1}]""", "neither ~0 nor ~1")]
    [InlineData("""{}""", """[{"op":"add","path":"/a~","value":1}]""", "neither ~0 nor ~1")]
    [InlineData("""{}""", """[{"op":"add","path":"/a"}]""", "'value' is missing")]
    [InlineData("""{}""", """[{"op":"add","value":1}]""", "'path' is not a string")]
    [InlineData("""{}""", """[{"path":"/a","value":1}]""", "'op' is not a string")]
    [InlineData("""{}""", """[{"op":"copy","path":"/a"}]""", "'from' is not a string")]
    [InlineData("""{}""", """[{"op":"merge","path":"/a","value":1}]""", "unknown operation 'merge'")]
    [InlineData("""{"a":{"b":1}}""", """[{"op":"move","from":"/a","path":"/a/b"}]""", "into itself")]
    [InlineData("""{"a":1}""", """[{"op":"test","path":"/a","value":true}]""", "the test fails")]
    [InlineData("""{"a":9007199254740993}""", """[{"op":"test","path":"/a","value":9007199254740992}]""", "the test fails")]
    [InlineData("""{}""", """{"op":"add"}""", "array of operations")]
    [InlineData("""{}""", """[null]""", "operation 0 is not an object")]
    public void What_the_standard_forbids_is_refused(string document, string patch, string why) =>
        Assert.Contains(why, Assert.Throws<JsonPatchException>(() => JsonPatch.Apply(document, patch)).Message);

    [Fact]
    public void A_patch_that_fails_halfway_changes_nothing()
    {
        var document = JsonNode.Parse("""{"a":1}""")!;
        var patch = JsonNode.Parse("""[{"op":"add","path":"/b","value":2},{"op":"test","path":"/a","value":2}]""")!.AsArray();

        var failure = Assert.Throws<JsonPatchException>(() => JsonPatch.Apply(document, patch));

        Assert.StartsWith("operation 1", failure.Message);
        Assert.Equal("""{"a":1}""", document.ToJsonString());
    }

    [Fact]
    public void Numbers_and_order_that_a_patch_does_not_touch_stay_as_they_are_written()
    {
        const string document = """{"z":1.50,"a":1e3,"m":[12345678901234567890123,-0.0]}""";

        var result = JsonPatch.Apply(document, """[{"op":"add","path":"/n","value":1.10}]""");

        Assert.Equal("""{"z":1.50,"a":1e3,"m":[12345678901234567890123,-0.0],"n":1.10}""", result!.ToJsonString());
    }
}
