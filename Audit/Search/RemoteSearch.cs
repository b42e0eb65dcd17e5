using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Audit.Shipping;

namespace Coral.Audit.Search;

/// <summary>Searches an Elasticsearch or OpenSearch that audit is shipped to. Thread safe.</summary>
public sealed class RemoteSearch : IAuditSearch, IDisposable
{
    /// <summary>A document has at most a request of 64 KiB and some KiB more, and the client takes answers of 64 MiB.</summary>
    private const int PageSize = 500;

    private readonly SearchClient client;
    private readonly TimeProvider time;
    private readonly Action? unreadable;

    /// <summary>User information in <paramref name="url"/> becomes basic authentication. A given <paramref name="http"/> stays the caller's.</summary>
    /// <param name="url">The server.</param>
    /// <param name="time">The clock.</param>
    /// <param name="apiKey">An encoded API key, or null.</param>
    /// <param name="http">The client to use, or null for one of its own.</param>
    /// <param name="unreadable">Called for each document of the stream that is none of ours, or damaged: it is passed over.</param>
    public RemoteSearch(Uri url, TimeProvider time, string? apiKey = null, HttpClient? http = null, Action? unreadable = null)
        : this(new ShipperOptions { Url = url, ApiKey = apiKey, RequestTimeout = TimeSpan.FromSeconds(30) }, time, http, unreadable)
    {
    }

    /// <summary>Asks the server that the options of a shipper name, with its credentials. A given <paramref name="http"/> stays the caller's.</summary>
    /// <param name="server">The server.</param>
    /// <param name="time">The clock.</param>
    /// <param name="http">The client to use, or null for one of its own.</param>
    /// <param name="unreadable">Called for each document of the stream that is none of ours, or damaged: it is passed over.</param>
    public RemoteSearch(ShipperOptions server, TimeProvider time, HttpClient? http = null, Action? unreadable = null)
    {
        this.time = time;
        this.unreadable = unreadable;
        client = new SearchClient(server, time, "coral", http);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<AuditRecord> FindAsync(AuditQuery query, CancellationToken cancel = default) => PagesAsync(SearchBody.Filter(query), query.Limit, newestFirst: true, cancel);

    /// <inheritdoc/>
    public IAsyncEnumerable<AuditRecord> FollowAsync(AuditQuery query, CancellationToken cancel = default) => new RemoteTail(this, time).FollowAsync(query, cancel);

    /// <inheritdoc/>
    public async Task<AuditNeighbours> NeighboursAsync(AuditRecord record, CancellationToken cancel = default)
    {
        if (record.Sequence is not { } number || record.Writer is null) return new AuditNeighbours(null, null);
        var around = await PagesAsync(SearchBody.Around(record.Writer, number), PageSize, newestFirst: true, cancel).ToListAsync(cancel);
        return AuditNeighbours.Of(record, around);
    }

    /// <summary>The documents that pass a filter, by time.</summary>
    internal async IAsyncEnumerable<AuditRecord> PagesAsync(JsonArray filter, int most, bool newestFirst, [EnumeratorCancellation] CancellationToken cancel)
    {
        JsonNode? after = null;
        for (var left = most; left > 0;)
        {
            var size = Math.Min(left, PageSize);
            using var page = await PageAsync(SearchBody.Page(filter, size, newestFirst, after), cancel);
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
    public void Dispose() => client.Dispose();

    /// <summary>Null where nothing was ever stored.</summary>
    private async Task<JsonDocument?> PageAsync(string body, CancellationToken cancel)
    {
        SearchAnswer answer;
        try
        {
            answer = await client.PostAsync(AuditStream.ChainedNames + "/_search?ignore_unavailable=true", body, cancel);
        }
        catch (Exception error) when (error is IOException or TimeoutException or HttpRequestException)
        {
            throw new HttpRequestException($"search server {client.Root}: {error.Message}; check its URL and that it runs.", error);
        }

        if (answer.Status == 404) return null;
        if (!answer.IsSuccess) throw new HttpRequestException($"search server {client.Root}: answered {answer.Status}: {answer.Excerpt()}");
        return answer.Json() ?? throw new HttpRequestException($"search server {client.Root}: the answer is no JSON; check its URL.");
    }
}
