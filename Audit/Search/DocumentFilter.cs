using System.Text.Json;
using Coral.Audit.Chain;
using Coral.Audit.Chain.Checkpoints;

namespace Coral.Audit.Search;

/// <summary>
/// Says of a document's bytes whether a query may want it. Most documents are told apart by their time and by whether what is asked for stands in them at all; the others by reading no further than the
/// first condition that does not hold. Only what passes is parsed. Thread safe.
/// </summary>
internal sealed class DocumentFilter
{
    private readonly AuditQuery query;
    private readonly Needle[] needles;
    private readonly string[] words;
    private readonly ConditionTree conditions;

    public DocumentFilter(AuditQuery query)
    {
        this.query = query;
        words = query.Text?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
        needles = [.. Needles(query).Concat(words.Select(Needle.OfWord)).OfType<Needle>()];
        conditions = new ConditionTree(query, words);
    }

    /// <summary>The document if it is wanted. Null with <paramref name="unreadable"/> when it may be, but is no audit document.</summary>
    public AuditRecord? Match(ReadOnlyMemory<byte> document, out bool unreadable)
    {
        unreadable = false;
        if (!MayMatch(document.Span, ref unreadable)) return null;
        var record = AuditRecord.Parse(document);
        unreadable = record is null;
        return record is not null && Matches(record) ? record : null;
    }

    private bool MayMatch(ReadOnlySpan<byte> document, ref bool unreadable)
    {
        if ((query.Since is not null || query.Until is not null) && DocumentTime.Read(document) is { } time && !IsInTime(time)) return false;
        foreach (var needle in needles)
            if (!needle.IsIn(document))
                return false;
        if (conditions.IsEmpty) return true;
        try
        {
            return conditions.MayHold(document);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            unreadable = true;
            return false;
        }
    }

    private bool IsInTime(DateTimeOffset time) => !(time < query.Since) && !(time > query.Until);

    /// <summary>What the bytes must have. The four names are members of their own in what we write, so that a pod's namespace, say, is not taken for a word of its image.</summary>
    private static IEnumerable<Needle?> Needles(AuditQuery query)
    {
        yield return Needle.OfMember("namespace", query.Namespace);
        yield return Needle.OfMember("decision", query.Outcome);
        yield return Needle.OfMember("reason", query.Reason);
        yield return Needle.OfMember("variant", query.Variant);
        yield return Needle.OfMember("id", query.Id);
        if (query.Fields.IsDefault) yield break;
        foreach (var condition in query.Fields) yield return Needle.OfValue(condition.Value);
    }

    private bool Matches(AuditRecord record) =>
        (record.Action != CheckpointEvent.Action || query.Id is not null)
        && (query.Namespace is null || record.Namespace == query.Namespace)
        && (query.Outcome is null || record.Outcome == query.Outcome)
        && (query.Reason is null || record.Reason == query.Reason)
        && (query.Variant is null || record.Variant == query.Variant)
        && (query.Id is null || record.DecisionId == query.Id || record.DocumentId == query.Id)
        && IsInTime(record.Timestamp)
        && (query.Fields.IsDefault || query.Fields.All(condition => HasValue(AuditRecord.Find(record.Document, condition.Field.Split('.')), condition.Value)))
        && Array.TrueForAll(words, word => SearchableText(record).Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase)));

    private static bool HasValue(JsonElement? found, string value) => found switch
    {
        { ValueKind: JsonValueKind.String } text => text.ValueEquals(value),
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } plain => plain.GetRawText() == value,
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Array && HasValue(item, value)),
        _ => false,
    };

    private static IEnumerable<string> SearchableText(AuditRecord record)
    {
        if (record.Message is not null) yield return record.Message;
        foreach (var path in SearchFields.TextArrays)
        {
            if (AuditRecord.Find(record.Document, path) is not { ValueKind: JsonValueKind.Array } texts) continue;
            foreach (var text in texts.EnumerateArray())
                if (text.ValueKind == JsonValueKind.String)
                    yield return text.GetString()!;
        }
    }
}
