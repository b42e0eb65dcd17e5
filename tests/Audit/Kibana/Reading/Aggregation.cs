using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coral.Audit.Tests.Kibana.Reading;

/// <summary>One entry of a visualization's <c>aggs</c>.</summary>
internal sealed class Aggregation(JsonElement json)
{
    private readonly JsonElement parameters = json.GetProperty("params");

    public string Id { get; } = json.GetProperty("id").GetString()!;

    public string Type { get; } = json.GetProperty("type").GetString()!;

    public string Schema { get; } = json.GetProperty("schema").GetString()!;

    public string? Field => parameters.TryGetProperty("field", out var name) ? name.GetString() : null;

    /// <summary>As Elasticsearch has it; fields of its queries are added to <paramref name="searched"/>.</summary>
    public JsonObject Body(List<Aggregation> metrics, List<string> searched) => new() { [Type] = Type == "filters" ? Filters(searched) : OnField(metrics) };

    private JsonObject Filters(List<string> searched)
    {
        var filters = new JsonObject();
        foreach (var filter in parameters.GetProperty("filters").EnumerateArray())
        {
            var query = Kql.Parse(filter.GetProperty("input").GetProperty("query").GetString()!);
            searched.AddRange(query.Fields);
            filters[filter.GetProperty("label").GetString()!] = query.Dsl;
        }

        return new() { ["filters"] = filters };
    }

    private JsonObject OnField(List<Aggregation> metrics)
    {
        var body = new JsonObject { ["field"] = Field };
        switch (Type)
        {
            case "date_histogram":
                // What "auto" becomes for a day.
                body["fixed_interval"] = "30m";
                break;
            case "terms":
                var by = metrics.Single(metric => metric.Id == parameters.GetProperty("orderBy").GetString());
                body["size"] = parameters.GetProperty("size").GetInt32();
                body["order"] = new JsonObject { [by.Type == "count" ? "_count" : by.Id] = parameters.GetProperty("order").GetString() };
                break;
            case "percentiles":
                body["percents"] = JsonNode.Parse(parameters.GetProperty("percents").GetRawText());
                break;
        }

        return body;
    }
}
