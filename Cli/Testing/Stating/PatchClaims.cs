using System.Text.Json;
using Coral.Policies;

namespace Coral.Cli.Testing.Stating;

/// <summary>Claims about the patch and the pod that it makes.</summary>
internal static class PatchClaims
{
    private const string Absent = "nothing";

    /// <summary>Operation by operation, in their order; members of an operation may stand in any.</summary>
    internal static IEnumerable<Claim> Whole(JsonElement operations)
    {
        var expected = operations.EnumerateArray().ToList();
        yield return new Claim("patch", finding =>
        {
            var actual = finding.Decision.Patch.IsEmpty ? [] : JsonElement.Parse(finding.Decision.Patch.Span).EnumerateArray().ToList();
            var at = 0;
            while (at < expected.Count && at < actual.Count && JsonElement.DeepEquals(expected[at], actual[at])) at++;
            return at == expected.Count && at == actual.Count ? null : new Difference($"patch[{at}]", Text(expected, at), Text(actual, at));
        });
    }

    /// <summary>What stands at a place of the patched pod; null claims that nothing does.</summary>
    internal static IEnumerable<Claim> Pointers(JsonElement values) => values.EnumerateObject().Select(value => new Claim($"pod{value.Name}", finding =>
    {
        var found = Find(finding.Patched, value.Name);
        if (found.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? value.Value.ValueKind == JsonValueKind.Null : JsonElement.DeepEquals(found, value.Value)) return null;
        return new Difference($"pod{value.Name}", Text(value.Value), Text(found));
    }));

    /// <summary>RFC 6901; Undefined where there is nothing.</summary>
    private static JsonElement Find(JsonElement at, string pointer)
    {
        foreach (var token in pointer[1..].Split('/').Select(token => token.Replace("~1", "/").Replace("~0", "~")))
        {
            at = at.ValueKind == JsonValueKind.Array
                ? int.TryParse(token, System.Globalization.NumberStyles.None, null, out var index) && index < at.GetArrayLength() ? at[index] : default
                : at.Get(token);
        }

        return at;
    }

    private static string Text(List<JsonElement> operations, int at) => Text(at < operations.Count ? operations[at] : default);

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => Absent,
        JsonValueKind.String => value.AsText() ?? value.GetRawText(),
        _ => value.GetRawText(),
    };
}
