using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Search;
using Coral.Audit.Shipping;

namespace Coral.Audit.Chain;

internal enum LinkState
{
    /// <summary>It is what was written.</summary>
    Proven,

    /// <summary>It has a link, and stands without a part that the server would not take.</summary>
    Lesser,

    /// <summary>It has a link and is not what was written.</summary>
    Edited,

    /// <summary>It has no link.</summary>
    None,
}

/// <summary>A stored document's link and whether it holds.</summary>
internal readonly record struct LinkedDocument(LinkState State, byte[] Previous, byte[] Hash)
{
    private static readonly byte[] CheckpointMark = Encoding.ASCII.GetBytes($"\"action\":\"{CheckpointEvent.Action}\"");

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = AuditRecord.MostDepth };

    /// <summary>Whether it says that it is a checkpoint.</summary>
    public bool IsCheckpoint { get; private init; }

    /// <summary>The checkpoint, null where it can't be read.</summary>
    public SignedCheckpoint? Checkpoint { get; private init; }

    public static LinkedDocument Read(string id, ReadOnlyMemory<byte> document, IncrementalHash sha)
    {
        var (previous, hash) = (new byte[ChainLink.HashBytes], new byte[ChainLink.HashBytes]);
        if (ChainLink.TryRead(document.Span, out var body, previous, hash))
        {
            Span<byte> computed = stackalloc byte[ChainLink.HashBytes];
            ChainLink.Compute(previous, Encoding.UTF8.GetBytes(id), body, sha, computed);
            // Most documents are not parsed at all. A pod may have these bytes too.
            SignedCheckpoint? checkpoint = null;
            var isCheckpoint = body.IndexOf(CheckpointMark) >= 0 && CheckpointEvent.IsIn(document, out checkpoint);
            return new LinkedDocument(computed.SequenceEqual(hash) ? LinkState.Proven : LinkState.Edited, previous, hash)
            {
                IsCheckpoint = isCheckpoint,
                Checkpoint = checkpoint,
            };
        }

        return ReadLesser(id, document, sha, previous, hash);
    }

    private static LinkedDocument ReadLesser(string id, ReadOnlyMemory<byte> document, IncrementalHash sha, byte[] previous, byte[] hash)
    {
        try
        {
            using var json = JsonDocument.Parse(document, Options);
            var e = json.RootElement.Find("event");
            // The form that no server refuses carries the whole document as text.
            if (e.Find("kind").Text() == "pipeline_error" && e.Find("original").Text() is { } original) return Read(id, Encoding.UTF8.GetBytes(original), sha);
            var coral = json.RootElement.Find("coral");
            var link = coral.Find("chain");
            if (!ChainLink.TryHex(Bytes(link.Find("prev")), previous) || !ChainLink.TryHex(Bytes(link.Find("hash")), hash)) return new LinkedDocument(LinkState.None, previous, hash);
            var omitted = coral.Find("omitted");
            var isLesser = omitted.ValueKind == JsonValueKind.Array && omitted.EnumerateArray().Any(part => part.Text() == "request");
            return new LinkedDocument(isLesser ? LinkState.Lesser : LinkState.Edited, previous, hash)
            {
                IsCheckpoint = CheckpointEvent.IsIn(json.RootElement, out var checkpoint),
                Checkpoint = checkpoint,
            };
        }
        // The second: half of a surrogate pair.
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return new LinkedDocument(LinkState.None, previous, hash);
        }
    }

    private static ReadOnlySpan<byte> Bytes(JsonElement text) => Encoding.UTF8.GetBytes(text.Text() ?? "");
}
