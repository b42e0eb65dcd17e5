using System.Globalization;
using System.Text.Json;

namespace Coral.Audit.Shipping;

/// <summary>The indices behind data streams. Thread safe.</summary>
internal sealed class BackingIndices(SearchClient client)
{
    /// <summary>So far may the server's clock be behind ours.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromDays(1);

    /// <summary>
    /// Those of <paramref name="stream"/> that were written to when the oldest of <paramref name="items"/> came into being or later, and the one before the newest whatever their times say, newest first. Older ones can't have them, so they may be closed or lost without holding us up.
    /// Throws as <see cref="Lookup.Read"/> does.
    /// </summary>
    public async Task<IReadOnlyList<string>> ThatMayHaveAsync(string stream, IReadOnlyList<ShipItem> items, CancellationToken cancel)
    {
        var settings = await client.GetAsync(stream + "/_settings/index.creation_date?flat_settings=true", cancel);
        // No stream, no documents. A server that has not yet read its own state says 503.
        if (settings.Status == 404) return [];
        using var dates = Lookup.Read(settings, client, stream);
        // The order is told here only: names and dates change when an index is shrunk or restored.
        using var listed = Lookup.Read(await client.GetAsync("_data_stream/" + stream, cancel), client, stream);
        var streams = listed.RootElement.Find("data_streams");
        var indices = streams.ValueKind == JsonValueKind.Array && streams.GetArrayLength() > 0 ? streams[0].Find("indices") : default;
        if (indices.ValueKind != JsonValueKind.Array || indices.GetArrayLength() == 0) throw Lookup.Unclear(client, stream, "the server does not list its indices");
        var since = items.Min(Happened);
        var found = new List<string>();
        foreach (var index in indices.EnumerateArray().Reverse())
        {
            var name = index.Find("index_name").Text() ?? throw Lookup.Unclear(client, stream, "the server does not name its indices");
            var created = Created(dates.RootElement.Find(name));
            // Ours may have been a clock that was far ahead: they may have been sent before the newest index was made.
            if (found.Count == 0 && created < since) since = created.Value;
            found.Add(name);
            if (created < since - ClockSkew) break;
        }

        return found;
    }

    private static DateTimeOffset? Created(JsonElement index) =>
        long.TryParse(index.Find("settings").Find("index.creation_date").Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    /// <summary>The event's time, which is not after the document was accepted; as early as can be when it tells none.</summary>
    private static DateTimeOffset Happened(ShipItem item)
    {
        var json = new Utf8JsonReader(item.Frame.Document.Span);
        try
        {
            while (json.Read())
            {
                if (json.CurrentDepth != 1 || json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals("@timestamp"u8)) continue;
                if (json.Read() && json.TokenType == JsonTokenType.String && json.TryGetDateTimeOffset(out var at)) return at;
            }
        }
        catch (JsonException)
        {
            // A document that the server will refuse as well.
        }

        return DateTimeOffset.UnixEpoch;
    }
}
