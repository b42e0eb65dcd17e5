using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Coral.Audit.Chain;

namespace Coral.Audit.Search;

/// <summary>A document that was found: what a list shows of it, and all of it. Strings are null where the document has none.</summary>
public sealed record AuditRecord
{
    /// <summary>What we write is at most 128 deep and a few levels; but whoever else may write into a stream must not keep it from being read. The parser of Elasticsearch and OpenSearch takes 1 000 levels, and an answer has some more.</summary>
    internal const int MostDepth = 1100;

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The document's own id.</summary>
    public required string DocumentId { get; init; }

    /// <summary>The number that its writer gave it, or null.</summary>
    public ulong? Sequence { get; init; }

    /// <summary>Its writer, 16 hex digits, or null.</summary>
    public string? Writer { get; init; }

    /// <summary>What was done, such as <c>sidecar-inject</c>.</summary>
    public string? Action { get; init; }

    /// <summary>The decision's id.</summary>
    public string? DecisionId { get; init; }

    /// <summary><c>injected</c>, <c>skipped</c>, <c>denied</c> or <c>failed</c>.</summary>
    public string? Outcome { get; init; }

    /// <summary>The reason code.</summary>
    public string? Reason { get; init; }

    /// <summary>The chosen variant.</summary>
    public string? Variant { get; init; }

    /// <summary><c>native</c> or <c>regular</c>.</summary>
    public string? Form { get; init; }

    /// <summary>The object's namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>The object's kind in lower case.</summary>
    public string? ResourceType { get; init; }

    /// <summary>The object's name, or what its name will begin with.</summary>
    public string? Name { get; init; }

    /// <summary>The sentence for people.</summary>
    public string? Message { get; init; }

    /// <summary>The whole document, one JSON object. It owns its memory.</summary>
    public required JsonElement Document { get; init; }

    /// <summary>Whether its bytes are those that its own hash was made of. What stands around it is another question.</summary>
    public AuditIntegrity Integrity
    {
        get
        {
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            return LinkedDocument.Read(DocumentId, Encoding.UTF8.GetBytes(Document.GetRawText()), sha).State switch
            {
                LinkState.Proven => AuditIntegrity.AsWritten,
                LinkState.Lesser => AuditIntegrity.Lesser,
                LinkState.Edited => AuditIntegrity.Edited,
                _ => AuditIntegrity.Unknown,
            };
        }
    }

    /// <summary>Null when it is no audit document, damaged or deeper than any that we write. What is returned owns its memory.</summary>
    internal static AuditRecord? Parse(ReadOnlyMemory<byte> document)
    {
        try
        {
            using var json = JsonDocument.Parse(document, new JsonDocumentOptions { MaxDepth = MostDepth });
            return Read(json.RootElement.Clone());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null when it is no audit document.</summary>
    internal static AuditRecord? Read(JsonElement document)
    {
        try
        {
            return ReadText(document);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: JSON, but no text, and nothing that we wrote.
            return null;
        }
    }

    private static AuditRecord? ReadText(JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object) return null;
        if (!document.TryGetProperty("@timestamp", out var stamp) || stamp.ValueKind != JsonValueKind.String || !stamp.TryGetDateTimeOffset(out var time)) return null;
        if (Text(document, "event", "id") is not { } id) return null;
        return new AuditRecord
        {
            Timestamp = time,
            DocumentId = id,
            Sequence = Find(document, "event", "sequence") is { ValueKind: JsonValueKind.Number } number && number.TryGetUInt64(out var sequence) ? sequence : null,
            Writer = Text(document, "coral", "writer"),
            Action = Text(document, "event", "action"),
            DecisionId = Text(document, "coral", "decision", "id"),
            Outcome = Text(document, "coral", "admission", "decision"),
            Reason = Text(document, "event", "reason"),
            Variant = Text(document, "coral", "injection", "variant"),
            Form = Text(document, "coral", "injection", "form"),
            Namespace = Text(document, "orchestrator", "namespace"),
            ResourceType = Text(document, "orchestrator", "resource", "type"),
            Name = Text(document, "orchestrator", "resource", "name"),
            Message = Text(document, "message"),
            Document = document,
        };
    }

    internal static JsonElement? Find(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        return element;
    }

    private static string? Text(JsonElement element, params ReadOnlySpan<string> path) =>
        Find(element, path) is { ValueKind: JsonValueKind.String } found ? found.GetString() : null;
}
