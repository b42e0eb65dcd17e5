using System.Text.Json;

namespace Coral.Policies.Bundles;

/// <summary>The text form of a place inside a JSON document: <c>spec.modes.allowed[1]</c>; a name that is no plain word stands in brackets.</summary>
internal static class JsonPath
{
    public static string Member(string path, string name)
    {
        if (!IsWord(name)) return $"{path}[{name}]";
        return path.Length == 0 ? name : $"{path}.{name}";
    }

    public static string Item(string path, int index) => $"{path}[{index}]";

    /// <summary>The steps from the root that exist, outermost first. A name in brackets counts as an index only where an array stands.</summary>
    public static List<JsonElement> Follow(JsonElement root, string path)
    {
        var found = new List<JsonElement> { root };
        var rest = path.AsSpan();
        while (rest.Length > 0)
        {
            var next = Next(found[^1], Step(ref rest));
            if (next.ValueKind == JsonValueKind.Undefined) break;
            found.Add(next);
        }

        return found;
    }

    private static ReadOnlySpan<char> Step(ref ReadOnlySpan<char> rest)
    {
        ReadOnlySpan<char> step;
        if (rest[0] == '[')
        {
            var close = rest.IndexOf(']');
            var end = close < 0 ? rest.Length : close;
            step = rest[1..end];
            rest = close < 0 ? [] : rest[(close + 1)..];
        }
        else
        {
            var end = rest.IndexOfAny('.', '[');
            if (end < 0) end = rest.Length;
            step = rest[..end];
            rest = rest[end..];
        }

        if (rest.StartsWith(".", StringComparison.Ordinal)) rest = rest[1..];
        return step;
    }

    private static JsonElement Next(JsonElement at, ReadOnlySpan<char> step) => at.ValueKind switch
    {
        JsonValueKind.Object when at.TryGetProperty(step, out var member) => member,
        JsonValueKind.Array when int.TryParse(step, out var index) && index >= 0 && index < at.GetArrayLength() => at[index],
        _ => default,
    };

    private static bool IsWord(string name)
    {
        if (name.Length == 0) return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')) return false;
        }

        return true;
    }
}
