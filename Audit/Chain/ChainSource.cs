using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;

namespace Coral.Audit.Chain;

/// <summary>Checks the chains of a spool or of what a search server has.</summary>
public static class ChainSource
{
    /// <summary>As for <see cref="Search.RemoteSearch"/>: a document has at most a request of 64 KiB and some KiB more, and the client takes answers of 64 MiB.</summary>
    private const int PageSize = 500;

    /// <summary>Checks all documents of a spool folder, also while it is written. Throws as <see cref="SpoolReader"/> does.</summary>
    /// <param name="directory">The spool.</param>
    /// <param name="check">What the auditor holds, or null for nothing.</param>
    /// <param name="progress">Told after each document how many were read.</param>
    public static ChainReport CheckSpool(string directory, ChainCheck? check = null, Action<long>? progress = null)
    {
        using var verifier = new ChainVerifier(check ?? new ChainCheck());
        var count = 0L;
        foreach (var frame in SpoolReader.Open(directory).Forward())
        {
            verifier.Add(frame.Id, frame.Document);
            progress?.Invoke(++count);
        }

        return verifier.Report;
    }

    /// <summary>
    /// Checks all documents of a search server that it can find, which those of the last seconds may not be yet. User information in <paramref name="url"/> becomes basic authentication. A given
    /// <paramref name="http"/> stays the caller's. Throws <see cref="HttpRequestException"/> with one line for the operator when not all could be read.
    /// </summary>
    /// <param name="url">The server.</param>
    /// <param name="time">The clock.</param>
    /// <param name="apiKey">An encoded API key, or null.</param>
    /// <param name="http">The client to use, or null for one of its own.</param>
    /// <param name="check">What the auditor holds, or null for nothing.</param>
    /// <param name="progress">Told after each document how many were read.</param>
    /// <param name="cancel">Ends it.</param>
    public static Task<ChainReport> CheckServerAsync(Uri url, TimeProvider time, string? apiKey = null, HttpClient? http = null, ChainCheck? check = null, Action<long>? progress = null, CancellationToken cancel = default) =>
        CheckServerAsync(new ShipperOptions { Url = url, ApiKey = apiKey }, time, http, check, progress, cancel);

    /// <summary>The same of the server that the options of a shipper name, with its credentials.</summary>
    public static async Task<ChainReport> CheckServerAsync(ShipperOptions server, TimeProvider time, HttpClient? http = null, ChainCheck? check = null, Action<long>? progress = null, CancellationToken cancel = default)
    {
        using var client = new SearchClient(server, time, "coral", http);
        using var verifier = new ChainVerifier(check ?? new ChainCheck());
        var count = 0L;
        await foreach (var (id, document) in ReadAsync(client, cancel))
        {
            verifier.Add(id, document);
            progress?.Invoke(++count);
        }

        return verifier.Report;
    }

    private static async IAsyncEnumerable<(string Id, ReadOnlyMemory<byte> Document)> ReadAsync(SearchClient client, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (JsonNode? after = null; ;)
        {
            using var page = await PageAsync(client, after, cancel);
            if (page is null) yield break;
            var hits = page.RootElement.Find("hits").Find("hits");
            if (hits.ValueKind != JsonValueKind.Array) throw NotWhole();
            foreach (var hit in hits.EnumerateArray())
            {
                var (sort, source) = (hit.Find("sort"), hit.Find("_source"));
                if (sort.ValueKind != JsonValueKind.Array || source.ValueKind != JsonValueKind.Object || hit.Find("_id").Text() is not { } id) throw NotWhole();
                after = JsonNode.Parse(sort.GetRawText());
                // The server keeps and gives back the bytes that it got.
                yield return (id, Encoding.UTF8.GetBytes(source.GetRawText()));
            }

            if (hits.GetArrayLength() < PageSize) yield break;
        }

        HttpRequestException NotWhole() => new($"search server {client.Root}: the answer is not whole; check the address.");
    }

    /// <summary>Null where nothing was ever stored.</summary>
    private static async Task<JsonDocument?> PageAsync(SearchClient client, JsonNode? after, CancellationToken cancel)
    {
        // Ids are in the order of writing; the index tells apart what is stored twice.
        var body = new JsonObject { ["size"] = PageSize, ["track_total_hits"] = false, ["sort"] = new JsonArray((JsonNode)new JsonObject { ["event.id"] = new JsonObject { ["order"] = "asc", ["unmapped_type"] = "keyword" } }, (JsonNode)new JsonObject { ["_index"] = "asc" }) };
        if (after is not null) body["search_after"] = after.DeepClone();
        try
        {
            var answer = await client.PostAsync(AuditStream.ChainedNames + "/_search?ignore_unavailable=true&allow_partial_search_results=false", body.ToJsonString(), cancel);
            if (answer.Status == 404) return null;
            return (answer.IsSuccess ? answer.Json() : null) ?? throw new HttpRequestException($"answered {answer.Status}: {answer.Excerpt()}");
        }
        catch (Exception error) when (error is IOException or TimeoutException or HttpRequestException)
        {
            throw new HttpRequestException($"search server {client.Root}: {error.Message}; check the address, the rights and that the server runs.", error);
        }
    }
}
