using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coral.Audit.Tests.Kibana.Reading;

/// <summary>What one saved object asks a search server, as Kibana would make it of the object, and the fields that it needs.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Index">The streams.</param>
/// <param name="Body">The search, without the window of time.</param>
/// <param name="Searched">Fields in queries.</param>
/// <param name="Shown">Fields in columns.</param>
/// <param name="Counted">Fields in aggregations and orders, with what is done with them.</param>
internal sealed record SavedQuestion(string Name, string Index, JsonObject Body, IReadOnlyList<string> Searched, IReadOnlyList<string> Shown, IReadOnlyList<(string Field, string Aggregation)> Counted)
{
    /// <summary>All of them; visualizations with the query of the dashboard that shows them.</summary>
    public static IEnumerable<SavedQuestion> Shipped => SavedObject.Shipped.Where(item => item.Type == "search").Select(OfSearch)
        .Concat(SavedObject.Shipped.Where(item => item.Type == "dashboard").SelectMany(OfPanels));

    private static SavedQuestion OfSearch(SavedObject search)
    {
        var sorts = search.Attributes.GetProperty("sort").EnumerateArray().Select(sort => (sort[0].GetString()!, sort[1].GetString()!)).ToList();
        var columns = search.Attributes.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!).ToList();
        var body = new JsonObject
        {
            ["size"] = 10,
            ["query"] = search.Query.Dsl.DeepClone(),
            ["sort"] = new JsonArray([.. sorts.Select(sort => new JsonObject { [sort.Item1] = sort.Item2 })]),
        };
        return new(search.ToString(), View(search), body, search.Query.Fields, columns, [.. sorts.Select(sort => (sort.Item1, "sort"))]);
    }

    private static IEnumerable<SavedQuestion> OfPanels(SavedObject board) => board.Nested("panelsJSON").EnumerateArray()
        .Select(panel => board.Resolve(panel.GetProperty("panelRefName").GetString()))
        .Where(shown => shown.Type == "visualization")
        .Select(shown => (shown, state: shown.Nested("visState")))
        .Select(panel => panel.state.GetProperty("type").GetString() == "vega" ? OfVega(board, panel.shown, panel.state) : OfVisualization(board, panel.shown, panel.state));

    private static SavedQuestion OfVisualization(SavedObject board, SavedObject shown, JsonElement state)
    {
        var searched = new List<string>([.. board.Query.Fields, .. shown.Query.Fields]);
        var all = state.GetProperty("aggs").EnumerateArray().Select(aggregation => new Aggregation(aggregation)).ToList();
        var metrics = all.Where(aggregation => aggregation.Schema == "metric").ToList();
        // Buckets stand in each other in their order, and every level has the metrics, by which it may be ordered.
        var inner = Level();
        foreach (var bucket in all.Except(metrics).Reverse())
        {
            var body = bucket.Body(metrics, searched);
            if (inner.Count > 0) body["aggs"] = inner;
            inner = Level();
            inner[bucket.Id] = body;
        }

        var counted = all.Where(aggregation => aggregation.Field is not null).Select(aggregation => (aggregation.Field!, aggregation.Type));
        return new($"{board.Id}: {shown.Id}", View(shown), Search([board.Query, shown.Query], inner), searched, [], [.. counted]);

        JsonObject Level() => new([.. metrics.Where(metric => metric.Type != "count").Select(metric => KeyValuePair.Create<string, JsonNode?>(metric.Id, metric.Body(metrics, searched)))]);
    }

    private static SavedQuestion OfVega(SavedObject board, SavedObject shown, JsonElement state)
    {
        var url = JsonElement.Parse(state.GetProperty("params").GetProperty("spec").GetString()!).GetProperty("data").GetProperty("url");
        Assert.True(url.GetProperty("%context%").GetBoolean(), "the dashboard's window and query do not reach the panel");
        var aggregations = (JsonObject)JsonNode.Parse(url.GetProperty("body").GetProperty("aggs").GetRawText())!;
        var counted = Members(url.GetProperty("body")).Where(member => member.Name == "field").Select(member => (member.Value.GetString()!, "terms"));
        return new($"{board.Id}: {shown.Id}", url.GetProperty("index").GetString()!, Search([board.Query], aggregations), board.Query.Fields, [], [.. counted, (url.GetProperty("%timefield%").GetString()!, "date_histogram")]);
    }

    /// <summary>The members of objects, at any depth.</summary>
    public static IEnumerable<JsonProperty> Members(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Members(member.Value).Prepend(member)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Members),
        _ => [],
    };

    private static JsonObject Search(Kql[] queries, JsonObject aggregations) => new()
    {
        ["size"] = 0,
        ["query"] = new JsonObject { ["bool"] = new JsonObject { ["filter"] = new JsonArray([.. queries.Select(query => query.Dsl.DeepClone())]) } },
        ["aggs"] = aggregations,
    };

    private static string View(SavedObject item) => item.Resolve(item.Source.GetProperty("indexRefName").GetString()).Title;
}
