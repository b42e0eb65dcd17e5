using System.Text.Json;
using Coral.Testing;

namespace Coral.Audit.Tests.Kibana.Reading;

/// <summary>One line of <c>manifests/kibana/coral.ndjson</c>, read as Kibana reads it.</summary>
internal sealed record SavedObject(string Type, string Id, JsonElement Attributes, IReadOnlyList<Reference> References, JsonElement Line)
{
    public static string Path { get; } = System.IO.Path.Join(Repository.Root, "manifests", "kibana", "coral.ndjson");

    public static IReadOnlyList<SavedObject> Shipped { get; } = [.. File.ReadLines(Path).Select(Read)];

    public string Title => Attributes.GetProperty("title").GetString()!;

    /// <summary>What is searched: its text, its language, and the view.</summary>
    public JsonElement Source => JsonElement.Parse(Attributes.GetProperty("kibanaSavedObjectMeta").GetProperty("searchSourceJSON").GetString()!);

    public Kql Query => Kql.Parse(Source.GetProperty("query").GetProperty("query").GetString()!);

    /// <summary>JSON that stands in a string.</summary>
    public JsonElement Nested(string name) => JsonElement.Parse(Attributes.GetProperty(name).GetString()!);

    /// <summary>What a name of a reference stands for.</summary>
    public SavedObject Resolve(string? name)
    {
        var reference = References.Single(reference => reference.Name == name);
        return Shipped.Single(item => (item.Type, item.Id) == (reference.Type, reference.Id));
    }

    public override string ToString() => $"{Type} {Id}";

    private static SavedObject Read(string line)
    {
        var json = JsonElement.Parse(line);
        return new(
            json.GetProperty("type").GetString()!,
            json.GetProperty("id").GetString()!,
            json.GetProperty("attributes"),
            [.. json.GetProperty("references").EnumerateArray().Select(reference => new Reference(Text(reference, "name"), Text(reference, "type"), Text(reference, "id")))],
            json);
    }

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;
}

internal sealed record Reference(string Name, string Type, string Id);
