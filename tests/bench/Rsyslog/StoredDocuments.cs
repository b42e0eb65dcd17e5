using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Coral.Bench.Rsyslog;

/// <summary>Looks into a search server for documents, each by the <c>event.id</c> in it, whatever <c>_id</c> it has there.</summary>
internal static class StoredDocuments
{
    private const int Page = 10_000;

    /// <summary>Prints how many of those in the file of lines are not in the index, and how many stand there how often too many.</summary>
    internal static async Task<int> CompareAsync(string url, string index, string file, TextWriter output)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(2) };
        (await http.PostAsync($"{index}/_refresh", null)).EnsureSuccessStatusCode();
        var stored = await StoredAsync(http, index);
        var (sent, lost) = (0, 0);
        foreach (var line in File.ReadLines(file))
        {
            sent++;
            if (!stored.ContainsKey(line[..line.IndexOf(' ')])) lost++;
        }

        var doubled = stored.Values.Where(times => times > 1).ToList();
        await output.WriteLineAsync($"{sent} sent, {lost} lost, {doubled.Count} doubled, by {doubled.Sum(times => times - 1)} documents too many");
        return 0;
    }

    private static async Task<Dictionary<string, long>> StoredAsync(HttpClient http, string index)
    {
        var stored = new Dictionary<string, long>(StringComparer.Ordinal);
        JsonNode? after = null;
        while (true)
        {
            var composite = new JsonObject { ["size"] = Page, ["sources"] = new JsonArray(new JsonObject { ["id"] = new JsonObject { ["terms"] = new JsonObject { ["field"] = "event.id" } } }) };
            if (after is not null) composite["after"] = after.DeepClone();
            var answer = await http.PostAsJsonAsync($"{index}/_search", new JsonObject { ["size"] = 0, ["aggs"] = new JsonObject { ["ids"] = new JsonObject { ["composite"] = composite } } });
            answer.EnsureSuccessStatusCode();
            var ids = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["aggregations"]!["ids"]!;
            var buckets = ids["buckets"]!.AsArray();
            foreach (var bucket in buckets) stored[(string)bucket!["key"]!["id"]!] = (long)bucket["doc_count"]!;
            if (buckets.Count < Page) return stored;
            after = ids["after_key"];
        }
    }
}
