using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Coral.Audit.Bootstrap;

/// <summary>The names and bodies of what prepares a search server for one stream.</summary>
internal sealed class TemplateBodies(AuditStream stream)
{
    private readonly Lifecycle lifecycle = Lifecycle.Of(stream);

    public string Policy => "coral-" + stream.ShortName;

    public string MappingComponent => $"coral-{stream.ShortName}@mappings";

    public string SettingsComponent => $"coral-{stream.ShortName}@settings";

    public string Template => stream.Template;

    /// <summary>The component template of the fields, with the types that the server has.</summary>
    public string Mappings(FieldTypes types)
    {
        var properties = new JsonObject();
        foreach (var field in FieldCatalogue.Of(stream)) Put(properties, field.Name.Split('.'), types.Mapping(field, stream));
        // What is not mapped stays in the document and makes no field, whatever it is.
        return Component("mappings", new JsonObject { ["dynamic"] = false, ["date_detection"] = false, ["properties"] = properties });
    }

    public string Settings(bool indexMode, bool ilm)
    {
        var index = new JsonObject
        {
            ["codec"] = "best_compression",
            ["refresh_interval"] = "5s",
            ["mapping"] = new JsonObject { ["total_fields"] = new JsonObject { ["limit"] = 1000 } },
        };
        if (indexMode) index["mode"] = "standard";
        if (ilm) index["lifecycle"] = new JsonObject { ["name"] = Policy };
        return Component("settings", new JsonObject { ["index"] = index });
    }

    public string IndexTemplate(string hash, IEnumerable<string> lacks, bool streamLifecycle)
    {
        var template = new JsonObject
        {
            ["index_patterns"] = new JsonArray(stream.Template + "-*"),
            // Above the built-in logs-*-* (100) and Elastic's own shippers (201).
            ["priority"] = 250,
            ["data_stream"] = new JsonObject(),
            ["composed_of"] = new JsonArray(MappingComponent, SettingsComponent),
            ["_meta"] = new JsonObject
            {
                ["managed_by"] = "coral",
                ["hash"] = hash,
                ["lacks"] = new JsonArray([.. lacks.Select(lack => (JsonNode)lack)]),
            },
        };
        if (streamLifecycle) template["template"] = new JsonObject { ["lifecycle"] = new JsonObject { ["data_retention"] = $"{lifecycle.RetentionDays}d" } };
        return template.ToJsonString();
    }

    /// <summary>The policy for Elasticsearch's index lifecycle management.</summary>
    public string Ilm()
    {
        var rollover = new JsonObject { ["max_primary_shard_size"] = Lifecycle.RolloverSize, ["max_age"] = $"{lifecycle.RolloverDays}d" };
        var phases = new JsonObject
        {
            ["hot"] = new JsonObject { ["actions"] = new JsonObject { ["rollover"] = rollover } },
            ["delete"] = new JsonObject { ["min_age"] = $"{lifecycle.RetentionDays}d", ["actions"] = new JsonObject { ["delete"] = new JsonObject() } },
        };
        return new JsonObject { ["policy"] = new JsonObject { ["phases"] = phases } }.ToJsonString();
    }

    /// <summary>The policy for OpenSearch's index state management.</summary>
    public string Ism()
    {
        var rollover = new JsonObject { ["min_primary_shard_size"] = Lifecycle.RolloverSize, ["min_index_age"] = $"{lifecycle.RolloverDays}d" };
        var hot = new JsonObject
        {
            ["name"] = "hot",
            ["actions"] = new JsonArray(new JsonObject { ["rollover"] = rollover }),
            ["transitions"] = new JsonArray(new JsonObject { ["state_name"] = "delete", ["conditions"] = new JsonObject { ["min_index_age"] = $"{lifecycle.RetentionDays}d" } }),
        };
        var delete = new JsonObject { ["name"] = "delete", ["actions"] = new JsonArray(new JsonObject { ["delete"] = new JsonObject() }), ["transitions"] = new JsonArray() };
        return new JsonObject
        {
            ["policy"] = new JsonObject
            {
                ["description"] = $"{stream.Template}: roll over after {lifecycle.RolloverDays} days or at {Lifecycle.RolloverSize}, delete after {lifecycle.RetentionDays} days",
                ["default_state"] = "hot",
                ["states"] = new JsonArray(hot, delete),
                ["ism_template"] = new JsonArray(new JsonObject { ["index_patterns"] = new JsonArray(stream.Template + "-*"), ["priority"] = 250 }),
            },
        }.ToJsonString();
    }

    /// <summary>Changes when the server or anything that we would send it does.</summary>
    public string Hash(ServerInfo server)
    {
        var all = string.Join('\n', server.ToString(), Mappings(new FieldTypes(server.IsOpenSearch)), Settings(server.NeedsIndexMode, ilm: true), IndexTemplate("", [], streamLifecycle: true), Ilm(), Ism());
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..16];
    }

    private static string Component(string part, JsonObject content) => new JsonObject { ["template"] = new JsonObject { [part] = content } }.ToJsonString();

    private static void Put(JsonObject properties, ReadOnlySpan<string> path, JsonObject mapping)
    {
        if (path.Length == 1)
        {
            properties[path[0]] = mapping;
            return;
        }

        if (properties[path[0]] is not JsonObject parent) properties[path[0]] = parent = new JsonObject { ["properties"] = new JsonObject() };
        Put(parent["properties"]!.AsObject(), path[1..], mapping);
    }
}
