using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Shipping;

namespace Coral.Audit.Search;

/// <summary>Searches an Elasticsearch or OpenSearch that audit is shipped to. Thread safe.</summary>
public sealed class RemoteSearch : IAuditSearch, IDisposable
{
    /// <summary>A document has at most a request of 64 KiB and some KiB more, and the client takes answers of 64 MiB.</summary>
    private const int PageSize = 500;

    private readonly HttpClient? ownClient;
    private readonly SearchClient client;
    private readonly Action? unreadable;

    /// <summary>User information in <paramref name="url"/> becomes basic authentication. A given <paramref name="http"/> stays the caller's.</summary>
    /// <param name="url">The server.</param>
    /// <param name="time">The clock.</param>
    /// <param name="apiKey">An encoded API key, or null.</param>
    /// <param name="http">The client to use, or null for one of its own.</param>
    /// <param name="unreadable">Called for each document of the stream that is none of ours, or damaged: it is passed over.</param>
    public RemoteSearch(Uri url, TimeProvider time, string? apiKey = null, HttpClient? http = null, Action? unreadable = null)
    {
        this.unreadable = unreadable;
        if (http is null) http = ownClient = SearchClient.NewHttpClient();
        client = new SearchClient(http, url, apiKey, TimeSpan.FromSeconds(30), time);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<AuditRecord> FindAsync(AuditQuery query, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        JsonNode? after = null;
        for (var left = query.Limit; left > 0;)
        {
            var size = Math.Min(left, PageSize);
            using var page = await PageAsync(Body(query, size, after), cancel);
            var hits = page?.RootElement.GetProperty("hits").GetProperty("hits");
            if (hits is not { } found || found.GetArrayLength() == 0) yield break;
            foreach (var hit in found.EnumerateArray())
            {
                after = JsonNode.Parse(hit.GetProperty("sort").GetRawText());
                left--;
                if (AuditRecord.Read(hit.GetProperty("_source").Clone()) is { } record) yield return record;
                else unreadable?.Invoke();
            }

            if (found.GetArrayLength() < size) yield break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ownClient?.Dispose();

    /// <summary>Null where nothing was ever stored.</summary>
    private async Task<JsonDocument?> PageAsync(string body, CancellationToken cancel)
    {
        SearchAnswer answer;
        try
        {
            answer = await client.PostAsync(AuditStream.Audit.Name + "/_search", body, cancel);
        }
        catch (Exception error) when (error is IOException or TimeoutException or HttpRequestException)
        {
            throw new HttpRequestException($"search server {client.Root}: {error.Message}; check its URL and that it runs.", error);
        }

        if (answer.Status == 404) return null;
        if (!answer.IsSuccess) throw new HttpRequestException($"search server {client.Root}: answered {answer.Status}: {answer.Excerpt()}");
        return answer.Json() ?? throw new HttpRequestException($"search server {client.Root}: the answer is no JSON; check its URL.");
    }

    private static string Body(AuditQuery query, int size, JsonNode? after)
    {
        var filter = new JsonArray();
        Term(filter, "orchestrator.namespace", query.Namespace);
        Term(filter, "coral.admission.decision", query.Outcome);
        Term(filter, "event.reason", query.Reason);
        Term(filter, "coral.injection.variant", query.Variant);
        if (query.Id is not null)
        {
            var either = new JsonArray();
            Term(either, "coral.decision.id", query.Id);
            Term(either, "event.id", query.Id);
            Add(filter, Object("bool", new JsonObject { ["should"] = either, ["minimum_should_match"] = 1 }));
        }

        foreach (var condition in query.Fields.IsDefault ? [] : query.Fields) Term(filter, condition.Field, condition.Value);
        if (query.Since is { } since) Add(filter, Object("range", Object("@timestamp", Object("gte", since.UtcDateTime.ToString("O")))));
        if (query.Until is { } until) Add(filter, Object("range", Object("@timestamp", Object("lte", until.UtcDateTime.ToString("O")))));
        foreach (var word in query.Text?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? []) Add(filter, Word(word));
        var conditions = Object("filter", filter);
        if (query.Id is null)
        {
            var except = new JsonArray();
            Term(except, "event.action", CheckpointEvent.Action);
            conditions["must_not"] = except;
        }

        var body = new JsonObject
        {
            ["size"] = size,
            ["track_total_hits"] = false,
            ["query"] = Object("bool", conditions),
            // The sequence orders what one writer wrote in the same instant, the id what several did.
            ["sort"] = new JsonArray(Object("@timestamp", "desc"), Object("event.sequence", "desc"), Object("event.id", "desc")),
        };
        if (after is not null) body["search_after"] = after.DeepClone();
        return body.ToJsonString();
    }

    /// <summary>One word in any of the text fields, also as the beginning of a longer one.</summary>
    private static JsonObject Word(string word)
    {
        var fields = new JsonArray("message");
        foreach (var path in SearchFields.TextArrays) Add(fields, JsonValue.Create(string.Join('.', path) + ".text"));
        return Object("multi_match", new JsonObject { ["query"] = word, ["type"] = "phrase_prefix", ["fields"] = fields });
    }

    private static void Term(JsonArray filter, string field, string? value)
    {
        if (value is not null) Add(filter, Object("term", Object(field, value)));
    }

    private static JsonObject Object(string name, JsonNode value) => new() { [name] = value };

    // The generic Add of JsonArray needs reflection; this one does not.
    private static void Add(JsonArray array, JsonNode node) => array.Add(node);
}
