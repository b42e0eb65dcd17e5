using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Testing;

namespace Coral.Audit.Tests.Kibana.Making;

/// <summary>Makes <c>manifests/kibana/coral.ndjson</c> of the readable files in <c>manifests/kibana/source</c>: Kibana keeps JSON in strings in JSON, which nobody can read or review.</summary>
internal static class SavedObjectsFile
{
    private static readonly string[] Dashboards = ["decisions", "refusals", "nodes", "agents", "ebpf", "remediations"];

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Make()
    {
        var formats = Read("formats").AsObject();
        IEnumerable<JsonObject> objects =
        [
            .. Items("views").Select(view => SavedObjectBodies.View(view, formats)),
            .. Items("searches").Select(SavedObjectBodies.Search),
            .. Dashboards.Select(Read).SelectMany(board => SavedObjectBodies.Dashboard(board.AsObject())),
        ];
        return string.Concat(objects.Select(item => Text(item) + "\n"));
    }

    /// <summary>JSON as it stands in a line, or in a string of it.</summary>
    public static string Text(JsonNode node) => node.ToJsonString(Plain);

    private static IEnumerable<JsonObject> Items(string name) => Read(name).AsArray().Select(item => item!.AsObject());

    private static JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(Path.Join(Repository.Root, "manifests", "kibana", "source", name + ".json")))!;
}
