using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coral.Testing;

/// <summary>A JSON Patch (RFC 6902) that can't be applied; nothing was changed.</summary>
public sealed class JsonPatchException(string message) : Exception(message);

/// <summary>
/// Applies JSON Patch (RFC 6902) to System.Text.Json nodes. It shares nothing with the product, so that it can judge the product's patches.
/// The patch is applied to a copy: a patch that fails changes nothing. Stateless, thread safe.
/// </summary>
public static class JsonPatch
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Applies a patch given as text to a document given as text; names that stand twice in one object are refused in both.</summary>
    public static JsonNode? Apply(string document, string patch)
    {
        var operations = JsonNode.Parse(patch, documentOptions: Strict) as JsonArray ?? throw new JsonPatchException("a patch is an array of operations");
        return Apply(JsonNode.Parse(document, documentOptions: Strict), operations);
    }

    /// <summary>Applies the operations in their order and returns the result; the arguments stay as they are.</summary>
    /// <exception cref="JsonPatchException">An operation is malformed, its target does not exist, or its test fails.</exception>
    public static JsonNode? Apply(JsonNode? document, JsonArray patch)
    {
        var root = document?.DeepClone();
        for (var i = 0; i < patch.Count; i++)
        {
            var operation = patch[i] as JsonObject ?? throw new JsonPatchException($"operation {i} is not an object");
            try
            {
                root = ApplyOne(root, operation);
            }
            catch (JsonPatchException e)
            {
                throw new JsonPatchException($"operation {i} {operation.ToJsonString()}: {e.Message}");
            }
        }

        return root;
    }

    private static JsonNode? ApplyOne(JsonNode? root, JsonObject operation)
    {
        var path = JsonPointer.Parse(Text(operation, "path"));
        switch (Text(operation, "op"))
        {
            case "add":
                return path.Add(root, Value(operation));
            case "remove":
                return path.Remove(root);
            case "replace":
                return path.Replace(root, Value(operation));
            case "copy":
                return path.Add(root, JsonPointer.Parse(Text(operation, "from")).Get(root)?.DeepClone());
            case "move":
                var from = JsonPointer.Parse(Text(operation, "from"));
                var moved = from.Get(root)?.DeepClone();
                if (from.IsProperPrefixOf(path)) throw new JsonPatchException("a value can't be moved into itself");
                return from.IsRoot ? moved : path.Add(from.Remove(root), moved);
            case "test":
                var actual = path.Get(root);
                return JsonNode.DeepEquals(actual, Value(operation))
                    ? root
                    : throw new JsonPatchException($"the test fails: the value is {actual?.ToJsonString() ?? "null"}");
            case var other:
                throw new JsonPatchException($"unknown operation '{other}'");
        }
    }

    private static string Text(JsonObject operation, string name) =>
        operation[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw new JsonPatchException($"'{name}' is not a string");

    private static JsonNode? Value(JsonObject operation) =>
        operation.TryGetPropertyValue("value", out var value) ? value?.DeepClone() : throw new JsonPatchException("'value' is missing");
}
