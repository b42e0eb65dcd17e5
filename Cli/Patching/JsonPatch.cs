using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coral.Cli.Patching;

/// <summary>
/// Applies RFC 6902 <c>add</c> and <c>test</c>, the only operations that Coral writes. The document is changed in place; a patch that does not fit throws
/// <see cref="JsonPatchException"/> and leaves it half changed.
/// </summary>
internal static class JsonPatch
{
    internal static void Apply(JsonObject document, ReadOnlyMemory<byte> patch)
    {
        using var operations = JsonDocument.Parse(patch, new JsonDocumentOptions { MaxDepth = 512 });
        if (operations.RootElement.ValueKind != JsonValueKind.Array) throw new JsonPatchException("a patch is a list of operations");
        foreach (var operation in operations.RootElement.EnumerateArray()) Apply(document, operation);
    }

    private static void Apply(JsonObject document, JsonElement operation)
    {
        if (operation.ValueKind != JsonValueKind.Object || !operation.TryGetProperty("op", out var op) || !operation.TryGetProperty("path", out var pointer) || !operation.TryGetProperty("value", out var value)
            || pointer.ValueKind != JsonValueKind.String) throw new JsonPatchException($"the operation {operation.GetRawText()} needs op, path and value");
        var path = pointer.GetString()!;
        if (path.Length == 0 || path[0] != '/') throw new JsonPatchException($"the path \"{path}\" must begin with a slash");
        var tokens = path[1..].Split('/').Select(token => token.Replace("~1", "/").Replace("~0", "~")).ToArray();
        var parent = tokens.SkipLast(1).Aggregate((JsonNode)document, (at, token) => Child(at, token, path) ?? throw new JsonPatchException($"{path}: \"{token}\" is null"));
        switch (op.ValueKind == JsonValueKind.String ? op.GetString() : null)
        {
            case "add":
                // The patch's own document is gone when this returns.
                Add(parent, tokens[^1], Json.ToNode(value.Clone()), path);
                break;
            case "test":
                if (!JsonNode.DeepEquals(Child(parent, tokens[^1], path), Json.ToNode(value))) throw new JsonPatchException($"{path}: the test fails");
                break;
            default:
                throw new JsonPatchException($"{path}: only add and test are known");
        }
    }

    private static void Add(JsonNode parent, string token, JsonNode? value, string path)
    {
        switch (parent)
        {
            case JsonObject members:
                members[token] = value;
                break;
            case JsonArray items:
                items.Insert(token == "-" ? items.Count : Index(token, items.Count, path), value);
                break;
            default:
                throw new JsonPatchException($"{path}: nothing can be added there");
        }
    }

    private static JsonNode? Child(JsonNode parent, string token, string path) => parent switch
    {
        JsonObject members => members.TryGetPropertyValue(token, out var member) ? member : throw new JsonPatchException($"{path}: there is no \"{token}\""),
        JsonArray items => items[Index(token, items.Count - 1, path)],
        _ => throw new JsonPatchException($"{path}: there is no \"{token}\""),
    };

    private static int Index(string token, int last, string path) =>
        (token == "0" || (token.Length is > 0 and < 10 && token[0] != '0' && token.All(char.IsAsciiDigit))) && int.Parse(token) <= last
            ? int.Parse(token)
            : throw new JsonPatchException($"{path}: \"{token}\" is no index of that list");
}

/// <summary>A patch that does not fit its document.</summary>
internal sealed class JsonPatchException(string message) : Exception(message);
