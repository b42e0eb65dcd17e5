using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Coral.Audit.Tests.Kibana.Reading;

/// <summary>
/// The part of Kibana's query language that our objects use, with what Kibana sends for it: terms by <c>match</c>, words in quotes by <c>match_phrase</c>, <c>*</c> by <c>exists</c>, other stars by <c>query_string</c>.
/// </summary>
internal sealed partial class Kql
{
    private readonly List<string> tokens;
    private readonly List<string> fields = [];
    private int at;

    private Kql(string text)
    {
        Text = text;
        tokens = [.. Token().Matches(text).Select(match => match.Value)];
        Dsl = tokens.Count == 0 ? new JsonObject { ["match_all"] = new JsonObject() } : Or();
        if (at < tokens.Count) throw Odd();
    }

    public string Text { get; }

    /// <summary>The query as Elasticsearch has it.</summary>
    public JsonObject Dsl { get; }

    /// <summary>The fields that it asks for.</summary>
    public IReadOnlyList<string> Fields => fields;

    /// <exception cref="FormatException">It is none, or has what our objects don't use.</exception>
    public static Kql Parse(string text) => new(text);

    private JsonObject Or() => Several("or", And, "should");

    private JsonObject And() => Several("and", Not, "filter");

    private JsonObject Several(string word, Func<JsonObject> part, string clause)
    {
        var parts = new JsonArray(part());
        while (Take(word)) parts.Add(part());
        if (parts.Count == 1) return (JsonObject)parts[0]!.DeepClone();
        var list = new JsonObject { [clause] = parts };
        if (clause == "should") list["minimum_should_match"] = 1;
        return new JsonObject { ["bool"] = list };
    }

    private JsonObject Not()
    {
        if (Take("not")) return new JsonObject { ["bool"] = new JsonObject { ["must_not"] = Not() } };
        if (!Take("(")) return Condition();
        var inner = Or();
        Need(")");
        return inner;
    }

    private JsonObject Condition()
    {
        var field = Next();
        fields.Add(field);
        foreach (var (sign, name) in new[] { ("<=", "lte"), (">=", "gte"), ("<", "lt"), (">", "gt") })
        {
            if (Take(sign)) return Leaf("range", field, new JsonObject { [name] = double.Parse(Next(), CultureInfo.InvariantCulture) });
        }

        Need(":");
        if (!Take("(")) return Value(field);
        var any = Several("or", () => Value(field), "should");
        Need(")");
        return any;
    }

    private JsonObject Value(string field)
    {
        var value = Next();
        if (value == "*") return new JsonObject { ["exists"] = new JsonObject { ["field"] = field } };
        if (value[0] == '"') return Leaf("match_phrase", field, value.Trim('"'));
        if (value.Contains('*', StringComparison.Ordinal)) return new JsonObject { ["query_string"] = new JsonObject { ["fields"] = new JsonArray(field), ["query"] = value } };
        return Leaf("match", field, value);
    }

    private static JsonObject Leaf(string kind, string field, JsonNode value) => new() { [kind] = new JsonObject { [field] = value } };

    private bool Take(string token)
    {
        if (at >= tokens.Count || tokens[at] != token) return false;
        at++;
        return true;
    }

    private void Need(string token)
    {
        if (!Take(token)) throw Odd();
    }

    private string Next() => at < tokens.Count && tokens[at] is not (":" or "(" or ")" or "and" or "or" or "not") ? tokens[at++] : throw Odd();

    private FormatException Odd() => new($"{Text}: \"{(at < tokens.Count ? tokens[at] : "the end")}\" is not expected there");

    [GeneratedRegex("""("[^"]*")|[:()]|<=|>=|<|>|[^\s:()<>"]+|"$""")]
    private static partial Regex Token();
}
