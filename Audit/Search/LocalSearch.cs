using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Spool;

namespace Coral.Audit.Search;

/// <summary>Searches a spool's folder, also while it is written. Thread safe.</summary>
/// <param name="directory">The spool.</param>
/// <param name="unreadable">Called for each document that is none, damaged or deeper than any that we write: it is passed over.</param>
public sealed class LocalSearch(string directory, Action? unreadable = null) : IAuditSearch
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<AuditRecord> FindAsync(AuditQuery query, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var needles = Needles(query);
        var words = query.Text?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
        var left = query.Limit;
        if (left <= 0) yield break;
        // Reading is blocking; the caller's thread may be one that must not wait.
        await Task.Yield();
        foreach (var frame in SpoolReader.Open(directory).Backward(query.Since ?? default))
        {
            cancel.ThrowIfCancellationRequested();
            if (!Array.TrueForAll(needles, needle => frame.Document.Span.IndexOf(needle) >= 0)) continue;
            if (Parse(frame.Document) is not { } record)
            {
                unreadable?.Invoke();
                continue;
            }

            if (!Matches(record, query, words)) continue;
            yield return record;
            if (--left == 0) yield break;
        }
    }

    /// <summary>Most documents are passed over without being parsed: what is asked for must stand somewhere in the bytes.</summary>
    private static byte[][] Needles(AuditQuery query) =>
        [.. new[] { query.Namespace, query.Outcome, query.Reason, query.Variant, query.Id }.OfType<string>().Where(IsPlain).Select(Encoding.UTF8.GetBytes)];

    private static bool IsPlain(string value) => value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or ':');

    private static AuditRecord? Parse(ReadOnlyMemory<byte> document)
    {
        try
        {
            using var json = JsonDocument.Parse(document, new JsonDocumentOptions { MaxDepth = AuditRecord.MostDepth });
            return AuditRecord.Read(json.RootElement.Clone());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool Matches(AuditRecord record, AuditQuery query, string[] words) =>
        (record.Action != CheckpointEvent.Action || query.Id is not null)
        && (query.Namespace is null || record.Namespace == query.Namespace)
        && (query.Outcome is null || record.Outcome == query.Outcome)
        && (query.Reason is null || record.Reason == query.Reason)
        && (query.Variant is null || record.Variant == query.Variant)
        && (query.Id is null || record.DecisionId == query.Id || record.DocumentId == query.Id)
        && (query.Since is null || record.Timestamp >= query.Since)
        && Array.TrueForAll(words, word => SearchableText(record).Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase)));

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
