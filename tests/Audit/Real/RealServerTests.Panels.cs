using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Audit.Tests.Kibana;
using Coral.Audit.Tests.Kibana.Reading;
using Coral.Testing.Kit;

namespace Coral.Audit.Tests.Real;

/// <summary>What the shipped dashboards and searches ask, asked of a real server.</summary>
public abstract partial class RealServerTests
{
    private const string Lesser = """{"create":{}}""" + "\n" + """{"@timestamp":"TIME","event":{"kind":"pipeline_error","dataset":"coral.audit"},"tags":["coral-mapping-fallback"],"error":{"type":"mapper_parsing_exception","message":"seeded"}}""" + "\n";

    [KitFact]
    public async Task Every_panel_and_saved_search_has_an_answer()
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var seeds in Seeds.At(now).GroupBy(e => e.Stream.Class))
        {
            using var work = new Workspace();
            await using var spool = Open(work.Spool, seeds.Key);
            foreach (var e in seeds) spool.Append(e);
            using (var shipper = Shipper(spool, Server.Url)) await shipper.DrainAsync(default);
            Assert.Equal((seeds.Count(), 0), (spool.Metrics.Counts.Indexed, spool.Metrics.Counts.DeadLetter));
        }

        using var http = new HttpClient { BaseAddress = Server.Url };
        using var lesser = new StringContent(Lesser.Replace("TIME", now.ToString("O"), StringComparison.Ordinal), Encoding.UTF8, "application/x-ndjson");
        Assert.False((await (await http.PostAsync($"{AuditStream.Audit.Name}/_bulk", lesser)).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").GetBoolean());
        foreach (var stream in AuditStream.All) (await http.PostAsync(stream.Name + "/_refresh", null)).EnsureSuccessStatusCode();
        var complaints = new List<string>();
        foreach (var question in SavedQuestion.Shipped.Concat(AlertRule.Shipped.Select(rule => rule.Question))) complaints.AddRange(await UnansweredAsync(http, question));
        Assert.True(complaints.Count == 0, string.Join(Environment.NewLine, complaints));
    }

    private static async Task<IEnumerable<string>> UnansweredAsync(HttpClient http, SavedQuestion question)
    {
        var body = (JsonObject)question.Body.DeepClone();
        var window = new JsonObject { ["range"] = new JsonObject { ["@timestamp"] = new JsonObject { ["gte"] = "now-1h", ["lte"] = "now" } } };
        body["query"] = new JsonObject { ["bool"] = new JsonObject { ["filter"] = new JsonArray(window, body["query"]!.DeepClone()) } };
        body["track_total_hits"] = true;
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync($"{question.Index}/_search", content);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) return [$"{question.Name}: {text}"];
        var json = JsonElement.Parse(text);
        if (json.GetProperty("hits").GetProperty("total").GetProperty("value").GetInt32() == 0) return [$"{question.Name}: nothing found: {body["query"]!.ToJsonString()}"];
        return json.TryGetProperty("aggregations", out var aggregations) ? Empty(aggregations).Select(path => $"{question.Name}: empty at {path}") : [];
    }

    /// <summary>Aggregations without an answer. Of lists the first bucket that has answers below it is enough; of named filters each has to have one.</summary>
    private static IEnumerable<string> Empty(JsonElement level)
    {
        foreach (var aggregation in level.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Object && member.Name != "key"))
        {
            var name = aggregation.Name;
            if (aggregation.Value.TryGetProperty("value", out var value))
            {
                if (value.ValueKind != JsonValueKind.Number || value.GetDouble() == 0) yield return name;
            }
            else if (aggregation.Value.TryGetProperty("values", out var values))
            {
                if (values.EnumerateObject().Any(percentile => percentile.Value.ValueKind != JsonValueKind.Number)) yield return name;
            }
            else if (aggregation.Value.GetProperty("buckets") is { ValueKind: JsonValueKind.Object } named)
            {
                foreach (var bucket in named.EnumerateObject().Where(bucket => bucket.Value.GetProperty("doc_count").GetInt32() == 0)) yield return $"{name}/{bucket.Name}";
            }
            else
            {
                var below = aggregation.Value.GetProperty("buckets").EnumerateArray().Select(bucket => Empty(bucket).ToList()).ToList();
                if (below.Count == 0) yield return name;
                else if (below.MinBy(paths => paths.Count) is { Count: > 0 } best) yield return $"{name}/{best[0]}";
            }
        }
    }
}
