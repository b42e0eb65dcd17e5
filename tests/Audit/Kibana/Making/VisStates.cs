using System.Globalization;
using System.Text.Json.Nodes;

namespace Coral.Audit.Tests.Kibana.Making;

/// <summary>What a panel of the readable form is as a classic visualization: its <c>visState</c>.</summary>
internal static class VisStates
{
    public static JsonObject Make(JsonObject panel) => (string)panel["kind"]! switch
    {
        "count" => State("metric", Counters(), Metrics(panel), Filters(panel, "group")),
        "bars" => State("histogram", Chart("histogram", stacked: true, ids: Ids(panel)), Metrics(panel), [Time(), .. Terms(panel, "split", "group", 10)]),
        "lines" => State("line", Chart("line", stacked: false, ids: Ids(panel)), Metrics(panel), [Time(), .. Terms(panel, "split", "group", 10)]),
        "pie" => State("pie", Pie(), Metrics(panel), Terms(panel, "by", "segment", 10)),
        "table" => State("table", Table(), Metrics(panel), Terms(panel, "by", "bucket", 20)),
        "vega" => State("vega", new JsonObject { ["spec"] = SavedObjectsFile.Text(panel["spec"]!) }, [], []),
        var other => throw new InvalidOperationException($"\"{other}\" is no kind of panel"),
    };

    private static JsonObject State(string type, JsonObject parameters, List<JsonObject> metrics, IEnumerable<JsonObject> buckets)
    {
        var all = new JsonArray();
        foreach (var aggregation in metrics.Concat(buckets))
        {
            aggregation.Insert(0, "id", (all.Count + 1).ToString(CultureInfo.InvariantCulture));
            aggregation.Insert(1, "enabled", true);
            all.Add(aggregation);
        }

        return new JsonObject { ["title"] = "", ["type"] = type, ["params"] = parameters, ["aggs"] = all };
    }

    private static string[] Ids(JsonObject panel) => [.. Metrics(panel).Select((_, at) => (at + 1).ToString(CultureInfo.InvariantCulture))];

    private static List<JsonObject> Metrics(JsonObject panel)
    {
        if (panel["metrics"] is not JsonArray wanted) return [Aggregation("count", "metric", [])];
        return [.. wanted.Select(metric =>
        {
            var parameters = new JsonObject();
            if (metric!["field"] is { } field) parameters["field"] = field.DeepClone();
            if (metric["percents"] is { } percents) parameters["percents"] = percents.DeepClone();
            if (metric["label"] is { } label) parameters["customLabel"] = label.DeepClone();
            return Aggregation((string)metric["type"]!, "metric", parameters);
        })];
    }

    private static JsonObject Time() => Aggregation("date_histogram", "segment", new()
    {
        ["field"] = "@timestamp",
        ["useNormalizedEsInterval"] = true,
        ["scaleMetricValues"] = false,
        ["interval"] = "auto",
        ["drop_partials"] = false,
        ["min_doc_count"] = 1,
        ["extended_bounds"] = new JsonObject(),
    });

    private static IEnumerable<JsonObject> Terms(JsonObject panel, string name, string schema, int size) => panel[name] switch
    {
        null => [],
        JsonObject labelled => labelled.Select(field => Term(field.Key, (string)field.Value!, schema, size)),
        var single => [Term((string)single!, null, schema, size)],
    };

    private static JsonObject Term(string field, string? label, string schema, int size)
    {
        var parameters = new JsonObject
        {
            ["field"] = field,
            ["orderBy"] = "1",
            ["order"] = "desc",
            ["size"] = size,
            ["otherBucket"] = false,
            ["otherBucketLabel"] = "Other",
            ["missingBucket"] = false,
            ["missingBucketLabel"] = "Missing",
        };
        if (label is not null) parameters["customLabel"] = label;
        return Aggregation("terms", schema, parameters);
    }

    private static IEnumerable<JsonObject> Filters(JsonObject panel, string schema)
    {
        if (panel["filters"] is not JsonObject filters) return [];
        var list = new JsonArray([.. filters.Select(filter => new JsonObject { ["input"] = new JsonObject { ["query"] = (string)filter.Value!, ["language"] = "kuery" }, ["label"] = filter.Key })]);
        return [Aggregation("filters", schema, new JsonObject { ["filters"] = list })];
    }

    private static JsonObject Aggregation(string type, string schema, JsonObject parameters) => new() { ["type"] = type, ["schema"] = schema, ["params"] = parameters };

    private static JsonObject Table() => Parsed("""{"perPage":10,"showPartialRows":false,"showMetricsAtAllLevels":false,"sort":{"columnIndex":null,"direction":null},"showTotal":false,"totalFunc":"sum","percentageCol":""}""");

    private static JsonObject Pie() => Parsed("""{"type":"pie","addTooltip":true,"addLegend":true,"legendPosition":"right","isDonut":true,"labels":{"show":false,"values":true,"last_level":true,"truncate":100}}""");

    private static JsonObject Counters() => Parsed("""
        {"addTooltip":true,"addLegend":false,"type":"metric","metric":{"percentageMode":false,"useRanges":false,"colorSchema":"Green to Red","metricColorMode":"None",
        "colorsRange":[{"from":0,"to":10000}],"labels":{"show":true},"invertColors":false,"style":{"bgFill":"#000","bgColor":false,"labelColor":false,"subText":"","fontSize":30}}}
        """);

    private static JsonObject Chart(string type, bool stacked, string[] ids)
    {
        var chart = Parsed("""
            {"type":"","grid":{"categoryLines":false},
            "categoryAxes":[{"id":"CategoryAxis-1","type":"category","position":"bottom","show":true,"style":{},"scale":{"type":"linear"},"labels":{"show":true,"filter":true,"truncate":100},"title":{}}],
            "valueAxes":[{"id":"ValueAxis-1","name":"LeftAxis-1","type":"value","position":"left","show":true,"style":{},"scale":{"type":"linear","mode":"normal"},"labels":{"show":true,"rotate":0,"filter":false,"truncate":100},"title":{"text":""}}],
            "seriesParams":[],"addTooltip":true,"addLegend":true,"legendPosition":"right","times":[],"addTimeMarker":false,"labels":{"show":false},"thresholdLine":{"show":false,"value":10,"width":1,"style":"full","color":"#E7664C"}}
            """);
        chart["type"] = type;
        foreach (var id in ids)
        {
            chart["seriesParams"]!.AsArray().Add(new JsonObject
            {
                ["show"] = true,
                ["type"] = type,
                ["mode"] = stacked ? "stacked" : "normal",
                ["data"] = new JsonObject { ["label"] = "", ["id"] = id },
                ["valueAxis"] = "ValueAxis-1",
                ["drawLinesBetweenPoints"] = true,
                ["lineWidth"] = 2,
                ["interpolate"] = "linear",
                ["showCircles"] = true,
            });
        }

        return chart;
    }

    private static JsonObject Parsed(string json) => JsonNode.Parse(json)!.AsObject();
}
