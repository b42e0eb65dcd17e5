using System.Text.Json;

namespace Coral.Audit.Shipping;

internal enum ItemOutcome
{
    Indexed,
    Duplicate,
    /// <summary>Not stored, and may be sent again.</summary>
    Retry,

    /// <summary>Perhaps stored: to be looked for before it is sent again.</summary>
    Unknown,
    Refused,
}

/// <summary>What the server says of one document.</summary>
internal readonly record struct ItemAnswer(ItemOutcome Outcome, int Status, bool InFailureStore, string? ErrorType, string? ErrorReason);

/// <summary>Reads the answer to a bulk request, believing nothing that is not there (`research/audit-pipeline.md` §0, finding 10).</summary>
internal static class BulkAnswer
{
    public const string Filter = "filter_path=errors,items.*._id,items.*.status,items.*.failure_store,items.*.error.type,items.*.error.reason";

    /// <summary>Null unless the answer is whole and speaks of the documents that were sent, in their order.</summary>
    public static List<ItemAnswer>? Read(SearchAnswer answer, IReadOnlyList<ShipItem> sent)
    {
        using var json = answer.Json();
        if (json is null || json.RootElement.ValueKind != JsonValueKind.Object) return null;
        if (!json.RootElement.TryGetProperty("items", out var items) || items.ValueKind != JsonValueKind.Array || items.GetArrayLength() != sent.Count) return null;
        var read = new List<ItemAnswer>(sent.Count);
        foreach (var item in items.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("create", out var create)) return null;
            if (create.ValueKind != JsonValueKind.Object || !create.TryGetProperty("status", out var status) || !status.TryGetInt32(out var code)) return null;
            var inFailureStore = Text(create, "failure_store") == "used";
            // What went to the failure store has another id there.
            if (!inFailureStore && create.TryGetProperty("_id", out var id) && !(id.ValueKind == JsonValueKind.String && id.ValueEquals(sent[read.Count].Frame.IdBytes))) return null;
            var error = create.TryGetProperty("error", out var told) && told.ValueKind == JsonValueKind.Object ? told : default;
            var type = Text(error, "type");
            read.Add(new ItemAnswer(Classify(code, type), code, inFailureStore, type, Text(error, "reason")));
        }

        return read;
    }

    private static ItemOutcome Classify(int status, string? errorType) => status switch
    {
        200 or 201 => ItemOutcome.Indexed,
        // With `create` a conflict means that this id is there: an earlier try of ours.
        409 => ItemOutcome.Duplicate,
        429 => ItemOutcome.Retry,
        _ when errorType is "es_rejected_execution_exception" or "rejected_execution_exception" or "cluster_block_exception" => ItemOutcome.Retry,
        // A shard that was lost on the way, a timeout: it may have been stored before that.
        >= 500 => ItemOutcome.Unknown,
        // The stream is being made again, the disk is over its flood stage, or our rights changed: nothing is wrong with the document.
        401 or 403 or 404 => ItemOutcome.Retry,
        _ => ItemOutcome.Refused,
    };

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
