using System.Collections.Immutable;
using System.Text.Json;
using Serilog.Sinks.Elasticsearch;

namespace Coral.Audit.Logging;

/// <summary>
/// Reads what users of Serilog write into <c>appsettings.json</c>: <c>"Serilog": {"WriteTo": [{"Name": "Elasticsearch", "Args": {"nodeUris": …}}]}</c>. Serilog.Settings.Configuration finds sinks by reflection, which a trimmed
/// program does not survive, so this reads the one sink that there is to configure.
/// </summary>
public static class LogSettings
{
    private const string Section = "Serilog";

    /// <summary>The sinks of a file; none where it is absent or says nothing. A line in <paramref name="problems"/> for each mistake; none repeats a value.</summary>
    public static ImmutableArray<ElasticsearchSinkOptions> Read(string path, List<string> problems)
    {
        if (!File.Exists(path)) return [];
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return Read(document.RootElement, path, problems);
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            // Who reads the other settings of the file says it.
            return [];
        }
    }

    private static ImmutableArray<ElasticsearchSinkOptions> Read(JsonElement root, string path, List<string> problems)
    {
        if (root.ValueKind != JsonValueKind.Object || Find(root, Section) is not { } section) return [];
        if (section.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"{path}: {Section} must be an object");
            return [];
        }

        var sinks = ImmutableArray.CreateBuilder<ElasticsearchSinkOptions>();
        foreach (var member in section.EnumerateObject())
        {
            if (Is(member.Name, "WriteTo")) ReadSinks(member.Value, path, problems, sinks);
            // Which assemblies to look into: there is nothing to look for.
            else if (!Is(member.Name, "Using")) problems.Add($"{path}: {Section}:{member.Name} is not read; there is WriteTo, and the level is coral:log-level");
        }

        return sinks.DrainToImmutable();
    }

    /// <summary>A list, or an object whose names do not matter, as layered settings have it.</summary>
    private static void ReadSinks(JsonElement entries, string path, List<string> problems, ImmutableArray<ElasticsearchSinkOptions>.Builder sinks)
    {
        var number = 0;
        IEnumerable<JsonElement> each = entries.ValueKind switch
        {
            JsonValueKind.Array => entries.EnumerateArray(),
            JsonValueKind.Object => entries.EnumerateObject().Select(member => member.Value),
            _ => [entries],
        };
        foreach (var entry in each)
        {
            var place = $"{path}: {Section}:WriteTo:{number++}";
            var name = entry.ValueKind == JsonValueKind.String ? entry : entry.ValueKind == JsonValueKind.Object ? Find(entry, "Name") ?? default : default;
            if (name.ValueKind == JsonValueKind.String && Is(name.GetString()!, "Elasticsearch"))
                sinks.Add(SinkArguments.Read(entry.ValueKind == JsonValueKind.Object ? Find(entry, "Args") ?? default : default, place + ":Args", problems));
            else
                problems.Add($"{place} must be an object with the Name Elasticsearch, the one sink that can be added");
        }
    }

    private static bool Is(string name, string wanted) => name.Equals(wanted, StringComparison.OrdinalIgnoreCase);

    private static JsonElement? Find(JsonElement json, string name)
    {
        foreach (var member in json.EnumerateObject())
            if (Is(member.Name, name))
                return member.Value;
        return null;
    }
}
