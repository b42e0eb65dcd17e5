using System.Text;
using System.Text.Json;

namespace Coral.Policies.Bundles;

/// <summary>Says what is wrong with a JSON text. Only mistakes pay for it.</summary>
internal static class JsonMistakes
{
    /// <summary>The parser's error with the line of the file.</summary>
    public static BundleProblem Syntax(JsonException mistake, string file, int firstLine, int firstColumn)
    {
        // The parser appends its own counting from 0 to the text.
        var text = mistake.Message;
        var tail = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        if (tail >= 0) text = text[..tail];
        return new BundleProblem(file, firstLine + (int)(mistake.LineNumber ?? 0), "", $"not valid JSON: {JsonDescribe.Short(text)}")
        {
            Column = mistake.BytePositionInLine is { } position ? (int)position + 1 + (mistake.LineNumber > 0 ? 0 : firstColumn) : 0,
        };
    }

    /// <summary>Every member that stands twice in its object.</summary>
    public static List<BundleProblem> Duplicates(ReadOnlySpan<byte> text, string file, int firstLine)
    {
        var found = new List<BundleProblem>();
        var open = new Stack<(string Path, Dictionary<string, int>? Names, int Items)>();
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = JsonLimits.Depth });
        var path = "";
        var line = firstLine;
        var at = 0;
        while (reader.Read())
        {
            line += text[at..(int)reader.TokenStartIndex].Count((byte)'\n');
            at = (int)reader.TokenStartIndex;
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                open.Pop();
                continue;
            }

            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                var (parent, names, _) = open.Peek();
                path = JsonPath.Member(parent, name);
                if (!names!.TryAdd(name, line)) found.Add(Duplicate(file, line, parent, name, names[name]));
                continue;
            }

            if (open.TryPop(out var container))
            {
                if (container.Names is null) path = JsonPath.Item(container.Path, container.Items);
                open.Push(container with { Items = container.Items + 1 });
            }

            if (reader.TokenType == JsonTokenType.StartObject) open.Push((path, new Dictionary<string, int>(StringComparer.Ordinal), 0));
            else if (reader.TokenType == JsonTokenType.StartArray) open.Push((path, null, 0));
        }

        return found;
    }

    /// <summary>A key of an object for the second time.</summary>
    public static BundleProblem Duplicate(string file, int line, string path, string name, int firstLine) =>
        new(file, line, path, $"the key \"{JsonDescribe.Short(name)}\" stands twice, first in line {firstLine}");

    /// <summary>Whether an escape names half of a surrogate pair. Such a text is no Unicode, and everything that reads it later would throw.</summary>
    public static bool HasUnpairedSurrogate(ReadOnlySpan<byte> text)
    {
        while (text.IndexOf("\\u"u8) is var at and >= 0)
        {
            var backslashes = 0;
            while (at - backslashes > 0 && text[at - backslashes - 1] == (byte)'\\') backslashes++;
            var unit = backslashes % 2 == 0 ? Unit(text[at..]) : 0;
            text = text[(at + 2)..];
            if (char.IsLowSurrogate((char)unit)) return true;
            if (!char.IsHighSurrogate((char)unit)) continue;
            if (!char.IsLowSurrogate((char)Unit(text[4..]))) return true;
            text = text[10..];
        }

        return false;
    }

    /// <summary>The same of a text whose escapes were resolved.</summary>
    public static bool HasUnpairedSurrogate(string text)
    {
        for (var rest = text.AsSpan(); rest.IndexOfAnyInRange('\uD800', '\uDFFF') is var at and >= 0; rest = rest[(at + 2)..])
        {
            if (at + 1 == rest.Length || !char.IsSurrogatePair(rest[at], rest[at + 1])) return true;
        }

        return false;
    }

    private static int Unit(ReadOnlySpan<byte> escape) =>
        escape.Length >= 6 && escape.StartsWith("\\u"u8)
        && int.TryParse(Encoding.ASCII.GetString(escape[2..6]), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var unit) ? unit : 0;
}
