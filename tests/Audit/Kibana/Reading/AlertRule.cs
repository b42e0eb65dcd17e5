using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Testing;

namespace Coral.Audit.Tests.Kibana.Reading;

/// <summary>One rule of <c>manifests/kibana/rules.json</c>.</summary>
internal sealed record AlertRule(JsonElement Json)
{
    private static readonly string[] Leaves = ["term", "terms", "match", "range", "wildcard", "prefix"];

    public static IReadOnlyList<AlertRule> Shipped { get; } =
        [.. JsonElement.Parse(File.ReadAllText(Path.Join(Repository.Root, "manifests", "kibana", "rules.json"))).EnumerateArray().Select(rule => new AlertRule(rule))];

    public string Name => Json.GetProperty("name").GetString()!;

    /// <summary>What it asks the server each time.</summary>
    public SavedQuestion Question
    {
        get
        {
            var parameters = Json.GetProperty("params");
            var query = parameters.GetProperty("esQuery");
            var fields = SavedQuestion.Members(query).Where(member => Leaves.Contains(member.Name)).SelectMany(member => member.Value.EnumerateObject().Select(leaf => leaf.Name));
            var body = (JsonObject)JsonNode.Parse(query.GetRawText())!;
            body["size"] = 0;
            return new(Name, string.Join(',', parameters.GetProperty("index").EnumerateArray()), body, [.. fields], [], [(parameters.GetProperty("timeField").GetString()!, "date_histogram")]);
        }
    }
}
