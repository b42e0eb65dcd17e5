using System.Text.Json.Nodes;

namespace Coral.Testing;

/// <summary>A JSON Pointer (RFC 6901) and what a patch does at its place. Immutable.</summary>
internal sealed class JsonPointer
{
    private readonly string[] tokens;

    private JsonPointer(string[] tokens) => this.tokens = tokens;

    public bool IsRoot => tokens.Length == 0;

    public static JsonPointer Parse(string text)
    {
        if (text.Length == 0) return new([]);
        if (text[0] != '/') throw new JsonPatchException($"the pointer '{text}' does not start with '/'");
        return new([.. text[1..].Split('/').Select(Unescape)]);
    }

    public bool IsProperPrefixOf(JsonPointer other) =>
        tokens.Length < other.tokens.Length && other.tokens.AsSpan(0, tokens.Length).SequenceEqual(tokens);

    public JsonNode? Get(JsonNode? root)
    {
        foreach (var token in tokens) root = Child(root, token);
        return root;
    }

    /// <summary>Puts a value there and returns the root: into an object (an existing member is replaced in its place), before an element of an array, or at its end.</summary>
    public JsonNode? Add(JsonNode? root, JsonNode? value)
    {
        if (IsRoot) return value;
        switch (Parent(root))
        {
            case JsonObject members:
                members[tokens[^1]] = value;
                return root;
            case JsonArray elements:
                elements.Insert(tokens[^1] == "-" ? elements.Count : Index(tokens[^1], elements.Count), value);
                return root;
            default:
                throw new JsonPatchException($"the parent of '{tokens[^1]}' is neither object nor array");
        }
    }

    public JsonNode? Remove(JsonNode? root)
    {
        if (IsRoot) return null;
        Get(root);
        if (Parent(root) is JsonArray elements) elements.RemoveAt(Index(tokens[^1], elements.Count - 1));
        else ((JsonObject)Parent(root)!).Remove(tokens[^1]);
        return root;
    }

    /// <summary>Puts another value in the place of one that must exist, and returns the root.</summary>
    public JsonNode? Replace(JsonNode? root, JsonNode? value)
    {
        if (IsRoot) return value;
        Get(root);
        if (Parent(root) is JsonArray elements) elements[Index(tokens[^1], elements.Count - 1)] = value;
        else Parent(root)![tokens[^1]] = value;
        return root;
    }

    private JsonNode? Parent(JsonNode? root) => new JsonPointer(tokens[..^1]).Get(root);

    private static JsonNode? Child(JsonNode? parent, string token) => parent switch
    {
        JsonObject members => members.TryGetPropertyValue(token, out var member) ? member : throw new JsonPatchException($"there is no member '{token}'"),
        JsonArray elements => elements[Index(token, elements.Count - 1)],
        _ => throw new JsonPatchException($"there is no '{token}' in a value that is neither object nor array"),
    };

    // RFC 6901 §4: digits only, no leading zero.
    private static int Index(string token, int last)
    {
        var valid = token == "0" || token.Length is > 0 and < 10 && token[0] != '0' && token.All(char.IsAsciiDigit);
        if (!valid) throw new JsonPatchException($"'{token}' is not an index of an array");
        var index = int.Parse(token);
        return index <= last ? index : throw new JsonPatchException($"index {index} is past the end of the array");
    }

    private static string Unescape(string token)
    {
        for (var i = token.IndexOf('~'); i >= 0; i = token.IndexOf('~', i + 1))
        {
            if (i + 1 == token.Length || token[i + 1] is not ('0' or '1')) throw new JsonPatchException($"'{token}' has a '~' that is neither ~0 nor ~1");
        }

        return token.Replace("~1", "/").Replace("~0", "~");
    }
}
