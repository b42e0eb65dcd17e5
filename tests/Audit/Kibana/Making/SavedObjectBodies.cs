using System.Globalization;
using System.Text.Json.Nodes;

namespace Coral.Audit.Tests.Kibana.Making;

/// <summary>
/// Saved objects in the form of Kibana 7.10, which every later Kibana migrates upward and OpenSearch Dashboards took over: classic types,
/// <c>migrationVersion</c> at that level and nothing that came later.
/// </summary>
internal static class SavedObjectBodies
{
    private const string Meta = "kibanaSavedObjectMeta.searchSourceJSON";

    private static readonly Dictionary<string, string> Levels = new(StringComparer.Ordinal)
    {
        ["index-pattern"] = "7.6.0",
        ["search"] = "7.9.3",
        ["visualization"] = "7.10.0",
        ["dashboard"] = "7.9.3",
    };

    public static JsonObject View(JsonObject view, JsonObject formats) => Object("index-pattern", (string)view["id"]!, new JsonObject
    {
        ["title"] = (string)view["title"]!,
        ["timeFieldName"] = "@timestamp",
        ["fieldFormatMap"] = SavedObjectsFile.Text(formats),
    });

    public static JsonObject Search(JsonObject search) => Object(
        "search",
        (string)search["id"]!,
        new JsonObject
        {
            ["title"] = (string)search["title"]!,
            ["description"] = (string)search["says"]!,
            ["hits"] = 0,
            ["columns"] = search["columns"]!.DeepClone(),
            ["sort"] = new JsonArray(new JsonArray("@timestamp", "desc")),
            ["version"] = 1,
            ["kibanaSavedObjectMeta"] = Source((string)search["query"]!, indexed: true),
        },
        (Meta + ".index", "index-pattern", (string)search["view"]!));

    /// <summary>The dashboard, after the visualizations that only it shows.</summary>
    public static IEnumerable<JsonObject> Dashboard(JsonObject board)
    {
        var panels = board["panels"]!.AsArray().Select(panel => panel!.AsObject()).ToList();
        foreach (var panel in panels.Where(panel => !panel.ContainsKey("search"))) yield return Visualization((string)board["title"]!, panel);
        var (placed, references) = (new JsonArray(), new List<(string, string, string)>());
        foreach (var (number, panel) in panels.Index())
        {
            var (name, at) = ($"panel_{number}", panel["at"]!.AsArray());
            var index = (number + 1).ToString(CultureInfo.InvariantCulture);
            placed.Add(new JsonObject
            {
                ["version"] = "7.9.3",
                ["gridData"] = new JsonObject { ["x"] = (int)at[0]!, ["y"] = (int)at[1]!, ["w"] = (int)at[2]!, ["h"] = (int)at[3]!, ["i"] = index },
                ["panelIndex"] = index,
                ["embeddableConfig"] = new JsonObject(),
                ["panelRefName"] = name,
            });
            references.Add(panel["search"] is { } search ? (name, "search", (string)search!) : (name, "visualization", (string)panel["id"]!));
        }

        var window = board["hours"] is { } hours ? $"now-{hours}h" : $"now-{board["days"] ?? 1}d";
        yield return Object(
            "dashboard",
            (string)board["id"]!,
            new JsonObject
            {
                ["title"] = (string)board["title"]!,
                ["description"] = (string)board["says"]!,
                ["hits"] = 0,
                ["panelsJSON"] = SavedObjectsFile.Text(placed),
                ["optionsJSON"] = """{"hidePanelTitles":false,"useMargins":true}""",
                ["version"] = 1,
                ["timeRestore"] = true,
                ["timeFrom"] = window,
                ["timeTo"] = "now",
                ["refreshInterval"] = new JsonObject { ["pause"] = true, ["value"] = 0 },
                ["kibanaSavedObjectMeta"] = Source((string)board["query"]!, indexed: false),
            },
            [.. references]);
    }

    private static JsonObject Visualization(string board, JsonObject panel)
    {
        var (title, view) = ($"{board}: {(string)panel["title"]!}", (string?)panel["view"]);
        var state = VisStates.Make(panel);
        state["title"] = title;
        var body = new JsonObject
        {
            ["title"] = title,
            ["visState"] = SavedObjectsFile.Text(state),
            ["uiStateJSON"] = "{}",
            ["description"] = "",
            ["version"] = 1,
            ["kibanaSavedObjectMeta"] = Source((string?)panel["query"] ?? "", indexed: view is not null),
        };
        return view is null ? Object("visualization", (string)panel["id"]!, body) : Object("visualization", (string)panel["id"]!, body, (Meta + ".index", "index-pattern", view));
    }

    private static JsonObject Source(string query, bool indexed)
    {
        var source = new JsonObject { ["query"] = new JsonObject { ["query"] = query, ["language"] = "kuery" }, ["filter"] = new JsonArray() };
        if (indexed) source["indexRefName"] = Meta + ".index";
        return new JsonObject { ["searchSourceJSON"] = SavedObjectsFile.Text(source) };
    }

    private static JsonObject Object(string type, string id, JsonObject attributes, params (string Name, string Type, string Id)[] references) => new()
    {
        ["id"] = id,
        ["type"] = type,
        ["attributes"] = attributes,
        ["references"] = new JsonArray([.. references.Select(reference => new JsonObject { ["name"] = reference.Name, ["type"] = reference.Type, ["id"] = reference.Id })]),
        ["migrationVersion"] = new JsonObject { [type] = Levels[type] },
    };
}
