using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Coral.Audit.Shipping;

/// <summary>
/// An id is unique per backing index only: a document that was stored before a rollover and is sent again after it would be stored twice. So before documents whose fate is unknown are sent again, every
/// backing index that may have them is asked, the one that is written to as well, because the rollover may come just after the question. <c>_mget</c> by index sees what is not refreshed yet and needs no
/// more than <c>read</c>; a search would need a refresh and the right to it (`research/audit-pipeline.md` §0 finding 4, §3.4). Not thread safe.
/// </summary>
internal sealed partial class RolloverGuard(SearchClient client, OwnRequests own, ILogger logger)
{
    private readonly BackingIndices backing = new(client);
    private bool complained;

    /// <summary>A request was sent whose outcome is unknown.</summary>
    public void Suspect() => own.Suspect();

    /// <summary>
    /// Those of <paramref name="items"/> that are stored already; null when we may not ask, which is said once. Throws what <see cref="SearchClient.SendAsync"/> throws, and <see cref="HttpRequestException"/>
    /// when the server can't tell now: no answer about a document is never taken for "not stored".
    /// </summary>
    public async Task<IReadOnlyList<ShipItem>?> FindStoredAsync(IReadOnlyList<ShipItem> items, CancellationToken cancel)
    {
        try
        {
            await own.WaitAsync(cancel);
            var stored = new List<ShipItem>();
            foreach (var stream in items.GroupBy(item => item.Frame.Stream))
            {
                ShipItem[] sent = [.. stream];
                foreach (var index in await backing.ThatMayHaveAsync(stream.Key, sent, cancel)) await AskAsync(index, sent, stored, cancel);
            }

            return stored;
        }
        catch (LookupForbiddenException forbidden)
        {
            if (!complained) Log.Blind(logger, client.Root, forbidden.Message, items[0].Frame.Stream);
            complained = true;
            return null;
        }
    }

    private async Task AskAsync(string index, IReadOnlyList<ShipItem> items, List<ShipItem> stored, CancellationToken cancel)
    {
        var ids = new JsonArray([.. items.Select(item => (JsonNode)item.Frame.Id)]);
        var answer = await client.PostAsync(index + "/_mget?_source=false&filter_path=docs._id,docs.found,docs.error.type", new JsonObject { ["ids"] = ids }.ToJsonString(), cancel);
        // Deleted since it was listed.
        if (answer.Status == 404) return;
        using var json = Lookup.Read(answer, client, index);
        var docs = json.RootElement.Find("docs");
        if (docs.ValueKind != JsonValueKind.Array || docs.GetArrayLength() != items.Count) throw Lookup.Unclear(client, index, "the answer is not whole");
        var at = 0;
        foreach (var doc in docs.EnumerateArray())
        {
            var item = items[at++];
            if (doc.Find("_id") is not { ValueKind: JsonValueKind.String } id || !id.ValueEquals(item.Frame.IdBytes)) throw Lookup.Unclear(client, index, "the answer speaks of other documents");
            if (IsStored(index, doc)) stored.Add(item);
        }
    }

    private bool IsStored(string index, JsonElement doc)
    {
        switch (doc.Find("found").ValueKind)
        {
            case JsonValueKind.True: return true;
            case JsonValueKind.False: return false;
        }

        return doc.Find("error").Find("type").Text() switch
        {
            "index_not_found_exception" => false,
            "security_exception" => throw new LookupForbiddenException("security_exception"),
            // Such as a shard that has not started yet after a restart.
            var error => throw Lookup.Unclear(client, index, error ?? "the answer is not whole"),
        };
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Url}: no right to look for stored documents ({Reason}); grant 'read' and 'view_index_metadata' on {Stream}, or documents may be stored twice when a rollover falls between two tries.")]
        public static partial void Blind(ILogger logger, Uri url, string reason, string stream);
    }
}
