using System.Text.Json.Nodes;

namespace Coral.Policies.Tests.PodSecurity;

/// <summary>Puts JSON of the wrong kind, escapes and half surrogate pairs into a pod, at random places.</summary>
internal static class JsonMangler
{
    private static readonly string[] Odd =
    [
        "null", "true", "0", "-0", "0.0", "1e999", "99999999999999999999", "\"\"", "\"\\ud800\"", "\"a\\udc00b\"", "\"\\u0041LL\"", "[]", "[[]]", "[null]", "[{}]", "{}",
        "{\"name\":\"\\ud83d\"}", "{\"type\":7}", "{\"add\":[1,null,{}],\"drop\":\"ALL\"}",
    ];

    /// <summary>A name that is no text. Only inside containers and volumes: what is outside is read by <see cref="PodView"/>, before an evaluation.</summary>
    private const string BrokenName = "{\"\\ud800\":1,\"type\":\"Unconfined\"}";

    public static string Mangle(JsonObject pod, Random random)
    {
        var replaced = new List<string>();
        var root = Walk(pod, random, replaced, 0)!.ToJsonString();
        for (var i = 0; i < replaced.Count; i++) root = root.Replace($"\"@{i}@\"", replaced[i], StringComparison.Ordinal);
        return random.Next(3) == 0 ? root.Replace("\"s", "\"\\u0073", StringComparison.Ordinal) : root;
    }

    private static JsonNode? Walk(JsonNode? node, Random random, List<string> replaced, int depth)
    {
        if (random.Next(25) == 0)
        {
            replaced.Add(random.Next(8) == 0 ? BrokenName : Odd[random.Next(Odd.Length)]);
            return $"@{replaced.Count - 1}@";
        }

        return node switch
        {
            JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Walk(member.Value, random, replaced, depth + 1)))),
            JsonArray items => new JsonArray([.. items.Select(item => Walk(item, random, replaced, depth + 1))]),
            _ => node?.DeepClone(),
        };
    }
}
