using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Coral.Audit.Bootstrap;

/// <summary>Which types a server has. Each type that we would have is tried once; what it is refused for is replaced. Not thread safe.</summary>
internal sealed partial class FieldTypes(bool isOpenSearch)
{
    /// <summary>A command line has at most 4 096 characters.</summary>
    private const int LongWord = 8191;

    private readonly HashSet<string> missing = [];

    /// <summary>What the server lacks of what the stream would use, as <see cref="Prepared.Lacks"/> says it.</summary>
    public IEnumerable<string> Lacks(AuditStream stream) => FieldCatalogue.Of(stream)
        .SelectMany(field => field.Words ? [field.Type, "match_only_text"] : new[] { field.Type })
        .Distinct()
        .Where(type => type == "flattened" ? missing.IsSupersetOf(["flattened", "flat_object"]) : missing.Contains(type))
        .Select(type => "type " + type);

    /// <summary>Remembers the type that a refusal names. False when it names none, or one that was not sent: then another try is of no use.</summary>
    public bool Learn(string refusal) => UnknownType().Match(refusal) is { Success: true } match && missing.Add(match.Groups[1].Value);

    /// <summary>The mapping of a field with the best type that is left.</summary>
    public JsonObject Mapping(CatalogueField field, AuditStream stream)
    {
        var mapping = field.Type switch
        {
            // The one stream that may have other namespaces, under the same mapping.
            "constant_keyword" when stream == AuditStream.App && field.Name == "data_stream.namespace" => Keyword(),
            "constant_keyword" when Has(field.Type) => new JsonObject { ["type"] = field.Type, ["value"] = Constant(field, stream) },
            "constant_keyword" => Keyword(),
            "match_only_text" => Text(),
            "wildcard" when Has(field.Type) => new JsonObject { ["type"] = field.Type },
            "wildcard" => new JsonObject { ["type"] = "keyword", ["ignore_above"] = LongWord, ["fields"] = new JsonObject { ["text"] = Text() } },
            "scaled_float" when Has(field.Type) => new JsonObject { ["type"] = field.Type, ["scaling_factor"] = 1000 },
            "scaled_float" => new JsonObject { ["type"] = "double" },
            "flattened" => Flattened(),
            "object" => Opaque(),
            "keyword" when field.Stored => new JsonObject { ["type"] = "keyword", ["index"] = false, ["doc_values"] = false },
            "keyword" => Keyword(),
            _ => new JsonObject { ["type"] = field.Type },
        };
        if (field.Words) mapping["fields"] = new JsonObject { ["text"] = Text() };
        return mapping;
    }

    private static string Constant(CatalogueField field, AuditStream stream) => field.Name switch
    {
        "data_stream.type" => stream.Type,
        "data_stream.dataset" => stream.Dataset,
        "data_stream.namespace" => AuditStream.Namespace,
        _ => throw new InvalidOperationException($"{field.Name} has no constant value"),
    };

    private static JsonObject Keyword() => new() { ["type"] = "keyword", ["ignore_above"] = 1024 };

    private static JsonObject Opaque() => new() { ["type"] = "object", ["enabled"] = false };

    private JsonObject Text() => new() { ["type"] = Has("match_only_text") ? "match_only_text" : "text" };

    /// <summary>The two families have each a type of their own for this; without either the object is only kept. What matters of it stands in arrays of words as well.</summary>
    private JsonObject Flattened()
    {
        var types = isOpenSearch ? (ReadOnlySpan<string>)["flat_object", "flattened"] : ["flattened", "flat_object"];
        foreach (var type in types)
            if (Has(type))
                return new JsonObject { ["type"] = type };
        return Opaque();
    }

    private bool Has(string type) => !missing.Contains(type);

    // Newer servers say "The mapper type [x] declared on field [y] does not exist", older ones "No handler for type [x]".
    [GeneratedRegex(@"(?:mapper type|handler for type) \[(\w+)\]")]
    private static partial Regex UnknownType();
}
