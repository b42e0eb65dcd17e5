using System.Text.Json;

namespace Coral.Cli.Kibana;

/// <summary>What this program brings for Kibana: the files of <c>manifests/kibana</c>.</summary>
internal static class ShippedObjects
{
    /// <summary>Saved objects, one JSON object a line.</summary>
    internal static byte[] Lines { get; } = Read("kibana/coral.ndjson");

    /// <summary>Type, id and title of each.</summary>
    internal static IEnumerable<ObjectName> Names()
    {
        foreach (var line in System.Text.Encoding.UTF8.GetString(Lines).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var json = JsonElement.Parse(line);
            yield return new ObjectName(json.GetProperty("type").GetString()!, json.GetProperty("id").GetString()!, json.GetProperty("attributes").GetProperty("title").GetString()!);
        }
    }

    internal static IEnumerable<JsonElement> Rules() => JsonElement.Parse(Read("kibana/rules.json")).EnumerateArray();

    private static byte[] Read(string name)
    {
        using var file = typeof(ShippedObjects).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"resource {name} is missing");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>Names one saved object or rule.</summary>
internal sealed record ObjectName(string Type, string Id, string Title);
