using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary>What the webhook logs is found where its settings say, by the names that users of Serilog know.</summary>
public sealed class OwnLogTests
{
    [KitFact]
    public async Task Every_line_of_the_webhook_s_log_is_found_once_over_a_kill()
    {
        await using var server = await KitSearch.Up();
        using var search = new SearchClient(server.Url, "logs-coral.app-default");
        var settings = new JsonObject
        {
            ["Serilog"] = new JsonObject
            {
                ["WriteTo"] = new JsonArray(new JsonObject
                {
                    ["Name"] = "Elasticsearch",
                    ["Args"] = new JsonObject { ["nodeUris"] = server.Url.ToString(), ["bufferBaseFilename"] = "log", ["bufferLogShippingInterval"] = "10", ["restrictedToMinimumLevel"] = "Information" },
                }),
            },
        };
        await using var webhook = await WebhookProcess.Start(new() { Standalone = Path.Join(Stage.Root, "manifests", "samples", "standalone"), Settings = settings.ToJsonString() });
        await server.Kill();
        await webhook.Kill();
        var lines = Lines(webhook);
        await server.Start();
        await webhook.RestartAsync();
        Assert.Equal(0, await webhook.Stop());
        lines.AddRange(Lines(webhook));

        await search.Refresh();
        var found = await search.All();
        Assert.Contains("Coral.Webhook", lines[0], StringComparison.Ordinal);
        Assert.Equal(lines.Order(StringComparer.Ordinal), found.Select(Line).Order(StringComparer.Ordinal));
        Assert.All(found, line => Assert.Equal(("coral-webhook", "e2e"), ((string?)line["service"]!["name"], (string?)line["orchestrator"]!["cluster"]!["name"])));
    }

    /// <summary>Level, logger and message of what stands on standard error, without the time before and stack traces after.</summary>
    private static List<string> Lines(WebhookProcess webhook) =>
        [.. from line in webhook.Output.Split('\n') where line.Length > 30 && line[4] == '-' && line[23] == 'Z' select line[25..].TrimEnd()];

    private static string Line(JsonNode line)
    {
        var level = (string)line["log"]!["level"]! switch { "info" => "INFO", "warn" => "WARN", "error" => "EROR", var other => other };
        return $"{level} {line["log"]!["logger"]} {line["message"]}";
    }
}
