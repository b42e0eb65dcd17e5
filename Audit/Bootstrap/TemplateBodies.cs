using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Coral.Audit.Bootstrap;

/// <summary>The bodies that prepare a search server, made from the embedded resources under <c>Audit/Templates</c>.</summary>
internal static partial class TemplateBodies
{
    public const string Mappings = "mappings.json";
    public const string Settings = "settings.json";
    public const string Ilm = "ilm.json";
    public const string Ism = "ism.json";

    public static string Read(string name)
    {
        using var stream = typeof(TemplateBodies).Assembly.GetManifestResourceStream("templates/" + name) ?? throw new InvalidOperationException($"resource {name} is missing");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>The component template of the fields, with the types that the server lacks replaced.</summary>
    public static string MappingTemplate(IReadOnlySet<string> missingTypes)
    {
        var mappings = JsonNode.Parse(Read(Mappings))!.AsObject();
        Replace(mappings["properties"]!.AsObject(), missingTypes);
        return new JsonObject { ["template"] = new JsonObject { ["mappings"] = mappings } }.ToJsonString();
    }

    public static string SettingsTemplate(bool indexMode, bool ilm)
    {
        var settings = JsonNode.Parse(Read(Settings))!.AsObject();
        var index = settings["index"]!.AsObject();
        if (indexMode) index["mode"] = "standard";
        if (ilm) index["lifecycle"] = new JsonObject { ["name"] = TemplateInstaller.Policy };
        return new JsonObject { ["template"] = new JsonObject { ["settings"] = settings } }.ToJsonString();
    }

    public static string IndexTemplate(string hash, IEnumerable<string> lacks, bool streamLifecycle)
    {
        var template = new JsonObject
        {
            ["index_patterns"] = new JsonArray("logs-coral.audit-*"),
            // Above the built-in logs-*-* (100) and Elastic's own shippers (201).
            ["priority"] = 250,
            ["data_stream"] = new JsonObject(),
            ["composed_of"] = new JsonArray(TemplateInstaller.MappingComponent, TemplateInstaller.SettingsComponent),
            ["_meta"] = new JsonObject
            {
                ["managed_by"] = "coral",
                ["hash"] = hash,
                ["lacks"] = new JsonArray([.. lacks.Select(lack => (JsonNode)lack)]),
            },
        };
        if (streamLifecycle) template["template"] = new JsonObject { ["lifecycle"] = new JsonObject { ["data_retention"] = "400d" } };
        return template.ToJsonString();
    }

    /// <summary>Changes when the server or anything that we would send it does.</summary>
    public static string Hash(ServerInfo server)
    {
        var all = string.Join('\n', server.ToString(), Read(Mappings), Read(Settings), Read(Ilm), Read(Ism));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..16];
    }

    /// <summary>The type that a mapping error names as unknown, or null.</summary>
    public static string? MissingType(string error) => UnknownType().Match(error) is { Success: true } match ? match.Groups[1].Value : null;

    // Newer servers say "The mapper type [x] declared on field [y] does not exist", older ones "No handler for type [x]".
    [GeneratedRegex(@"(?:mapper type|handler for type) \[(\w+)\]")]
    private static partial Regex UnknownType();

    private static void Replace(JsonObject properties, IReadOnlySet<string> missing)
    {
        foreach (var (_, field) in properties.ToList())
        {
            var mapping = field!.AsObject();
            if (mapping["properties"] is JsonObject inner) Replace(inner, missing);
            if (mapping["fields"] is JsonObject fields) Replace(fields, missing);
            if (mapping["type"] is not JsonValue type || !missing.Contains(type.GetValue<string>())) continue;
            mapping["type"] = type.GetValue<string>() == "match_only_text" ? "text" : "keyword";
            mapping.Remove("value");
        }
    }
}
