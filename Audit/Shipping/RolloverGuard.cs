using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Coral.Audit.Shipping;

/// <summary>
/// An id is unique per backing index only: a document that was stored before a rollover and is sent again after it would be stored twice. So before a suspect batch is sent again, every backing index
/// that may have it is asked (`research/audit-pipeline.md` §0 finding 4, §3.4), the one that is written to as well, because the rollover may come just after the question. Not thread safe.
/// </summary>
internal sealed partial class RolloverGuard(SearchClient client, ILogger logger)
{
    /// <summary>After a restart we don't know where the last try went; so many indices back is far enough.</summary>
    private const int LookBack = 3;

    private bool complained;

    /// <summary>The index that took our last document, or null.</summary>
    public string? WriteIndex { get; set; }

    /// <summary>The items that are stored already. Throws what <see cref="SearchClient.SendAsync"/> throws, and <see cref="HttpRequestException"/> when the server has to be asked later.</summary>
    public async Task<IReadOnlyList<ShipItem>> FindStoredAsync(IReadOnlyList<ShipItem> items, CancellationToken cancel)
    {
        var indices = await IndicesAsync(cancel);
        var stored = new List<ShipItem>();
        foreach (var index in indices)
        {
            var ids = new JsonArray([.. items.Select(item => (JsonNode)item.Frame.Id)]);
            var answer = await client.PostAsync(index + "/_mget?_source=false&filter_path=docs.found,docs._id", new JsonObject { ["ids"] = ids }.ToJsonString(), cancel);
            if (!Usable(answer)) continue;
            using var json = answer.Json();
            if (json is null || !json.RootElement.TryGetProperty("docs", out var docs) || docs.GetArrayLength() != items.Count) throw new HttpRequestException($"{client.Root}: _mget gave no whole answer");
            var at = 0;
            foreach (var doc in docs.EnumerateArray())
            {
                if (doc.TryGetProperty("found", out var found) && found.GetBoolean()) stored.Add(items[at]);
                at++;
            }
        }

        return stored;
    }

    private async Task<IReadOnlyList<string>> IndicesAsync(CancellationToken cancel)
    {
        var answer = await client.GetAsync("_data_stream/" + AuditStream.Name, cancel);
        if (!Usable(answer)) return [];
        using var json = answer.Json();
        if (json is null || !json.RootElement.TryGetProperty("data_streams", out var streams) || streams.GetArrayLength() == 0) return [];
        var indices = streams[0].GetProperty("indices").EnumerateArray().Select(index => index.GetProperty("index_name").GetString()!).ToList();
        var last = WriteIndex is null ? -1 : indices.IndexOf(WriteIndex);
        return indices[(last < 0 ? Math.Max(0, indices.Count - LookBack) : last)..];
    }

    /// <summary>False when we may not ask: then a batch can be stored twice over a rollover, which is said once.</summary>
    private bool Usable(SearchAnswer answer)
    {
        if (answer.IsSuccess) return true;
        if (answer.Status is 408 or 429 or >= 500) throw new HttpRequestException($"{client.Root}: {answer.Status} {answer.Excerpt()}");
        if (answer.Status != 404 && !complained) Log.Blind(logger, client.Root, answer.Status);
        complained |= answer.Status != 404;
        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Url}: no right to look for stored documents ({Status}); grant 'read' on the stream, or a batch may be stored twice when a rollover falls between two tries.")]
        public static partial void Blind(ILogger logger, Uri url, int status);
    }
}
