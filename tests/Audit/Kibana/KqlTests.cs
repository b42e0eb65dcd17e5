using Coral.Audit.Tests.Kibana.Reading;

namespace Coral.Audit.Tests.Kibana;

/// <summary>The tests of the panels are worth as much as the translation of their queries.</summary>
public sealed class KqlTests
{
    [Theory]
    [InlineData("", """{"match_all":{}}""")]
    [InlineData("a: b", """{"match":{"a":"b"}}""")]
    [InlineData("a: *", """{"exists":{"field":"a"}}""")]
    [InlineData("a: \"b c\"", """{"match_phrase":{"a":"b c"}}""")]
    [InlineData("a: b*", """{"query_string":{"fields":["a"],"query":"b*"}}""")]
    [InlineData("a > 0", """{"range":{"a":{"gt":0}}}""")]
    [InlineData("a: (b or c)", """{"bool":{"should":[{"match":{"a":"b"}},{"match":{"a":"c"}}],"minimum_should_match":1}}""")]
    [InlineData("a: b and not c: true", """{"bool":{"filter":[{"match":{"a":"b"}},{"bool":{"must_not":{"match":{"c":"true"}}}}]}}""")]
    [InlineData("a: b and (c: d or e: f)", """{"bool":{"filter":[{"match":{"a":"b"}},{"bool":{"should":[{"match":{"c":"d"}},{"match":{"e":"f"}}],"minimum_should_match":1}}]}}""")]
    public void A_query_is_what_Kibana_sends_for_it(string text, string dsl) => Assert.Equal(dsl, Kql.Parse(text).Dsl.ToJsonString());

    [Theory]
    [InlineData("a:")]
    [InlineData("a b")]
    [InlineData("a: (b or c")]
    [InlineData("a: b and")]
    [InlineData("a: b c: d")]
    public void What_is_no_query_is_refused(string text) => Assert.Throws<FormatException>(() => Kql.Parse(text));
}
