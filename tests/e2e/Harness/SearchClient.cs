using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Coral.EndToEnd.Harness;

/// <summary>Reads the audit from an Elasticsearch. Thread safe.</summary>
/// <param name="url">The server.</param>
/// <param name="target">The data stream or index that is read.</param>
/// <param name="pageSize">How many documents <see cref="All"/> reads at once.</param>
public sealed class SearchClient(Uri url, string target = SearchClient.Audit, int pageSize = 1000) : IDisposable
{
    /// <summary>The data stream of the audit.</summary>
    public const string Audit = "logs-coral.audit-default";

    private readonly HttpClient http = new() { BaseAddress = url };

    /// <summary>A query that all documents match.</summary>
    public static JsonObject Everything => new() { ["match_all"] = new JsonObject() };

    /// <summary>A query for one exact value of a keyword field.</summary>
    public static JsonObject Term(string field, string value) => new() { ["term"] = new JsonObject { [field] = value } };

    /// <summary>Any call; the path is relative to the server.</summary>
    /// <exception cref="InvalidOperationException">The server refused; the message has its answer.</exception>
    public async Task<JsonNode> Send(HttpMethod method, string path, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
    }

    /// <summary>Makes all that was indexed visible to searches.</summary>
    public Task Refresh() => Send(HttpMethod.Post, $"/{target}/_refresh");

    /// <summary>How many documents match.</summary>
    public async Task<long> Count(JsonObject? query = null) =>
        (long)(await Send(HttpMethod.Post, $"/{target}/_count", new JsonObject { ["query"] = query ?? Everything }))["count"]!;

    /// <summary>The first answers to a query, as the server gives them.</summary>
    public Task<JsonNode> Search(JsonObject body) => Send(HttpMethod.Post, $"/{target}/_search", body);

    /// <summary>The documents of one decision: refreshed, so that all that is indexed is found.</summary>
    public async Task<IReadOnlyList<JsonNode>> ByDecision(string id)
    {
        await Refresh();
        return await All(Term("coral.decision.id", id));
    }

    /// <summary>The sources of every document that matches, however many, of one moment.</summary>
    public async Task<IReadOnlyList<JsonNode>> All(JsonObject? query = null)
    {
        // A point in time gives each document one place in the order, so that no page repeats or leaves out any.
        var view = (string)(await Send(HttpMethod.Post, $"/{target}/_pit?keep_alive=1m"))["id"]!;
        var found = new List<JsonNode>();
        try
        {
            JsonNode? after = null;
            while (true)
            {
                var hits = await Page(view, query ?? Everything, after);
                found.AddRange(hits.Select(hit => hit!["_source"]!));
                if (hits.Count < pageSize) return found;
                after = hits[^1]!["sort"];
            }
        }
        finally
        {
            await Send(HttpMethod.Delete, "/_pit", new JsonObject { ["id"] = view });
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<JsonArray> Page(string view, JsonObject query, JsonNode? after)
    {
        var body = new JsonObject
        {
            ["size"] = pageSize,
            ["query"] = query.DeepClone(),
            ["pit"] = new JsonObject { ["id"] = view, ["keep_alive"] = "1m" },
            ["sort"] = new JsonArray("_shard_doc"),
            ["track_total_hits"] = false,
        };
        if (after is not null) body["search_after"] = after.DeepClone();
        return (await Send(HttpMethod.Post, "/_search", body))["hits"]!["hits"]!.AsArray();
    }
}
