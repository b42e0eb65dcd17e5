using System.Text.Json;
using Coral.Audit.Events;
using Coral.Audit.Search;
using Coral.Audit.Shipping;

namespace Coral.Audit.Chain.Checkpoints;

/// <summary>The document that carries a checkpoint: <c>event.action: chain-checkpoint</c>. It stands in the chain like any other.</summary>
internal sealed record CheckpointEvent : AuditEvent
{
    public const string Action = "chain-checkpoint";

    public required SignedCheckpoint Checkpoint { get; init; }

    /// <summary>Why now: <c>start</c>, <c>interval</c>, <c>count</c> or <c>stop</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether a stored document is one of these; the checkpoint is null where it can't be read.</summary>
    public static bool IsIn(ReadOnlyMemory<byte> document, out SignedCheckpoint? checkpoint)
    {
        checkpoint = null;
        try
        {
            using var json = JsonDocument.Parse(document, new JsonDocumentOptions { MaxDepth = AuditRecord.MostDepth });
            return IsIn(json.RootElement, out checkpoint);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <inheritdoc cref="IsIn(ReadOnlyMemory{byte}, out SignedCheckpoint?)"/>
    public static bool IsIn(JsonElement document, out SignedCheckpoint? checkpoint)
    {
        checkpoint = SignedCheckpoint.Read(document.Find("coral").Find("checkpoint"));
        return document.Find("event").Find("action").Text() == Action;
    }

    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        var statement = Checkpoint.Statement;
        Span<char> text = stackalloc char[160];
        text.TryWrite($"Checkpoint: all documents up to number {statement.Sequence} are signed by the key {Checkpoint.Key.ShortId}.", out var length);
        json.WriteStartObject();
        EnvelopeWriter.Head(json, this, text[..length]);
        json.WriteStartObject(Fields.Event);
        EnvelopeWriter.Identity(json, this, stamp);
        json.WriteString(Fields.Kind, "event"u8);
        EnvelopeWriter.Single(json, Fields.Category, "configuration"u8);
        EnvelopeWriter.Single(json, Fields.Type, "info"u8);
        json.WriteString(Fields.Action, Action);
        json.WriteString(Fields.Outcome, "success"u8);
        json.WriteString(Fields.Reason, Reason);
        json.WriteEndObject();
        EnvelopeWriter.Orchestrator(json, Origin, null, null, null, null);
        EnvelopeWriter.Service(json, Origin);
        json.WriteStartObject(Fields.Coral);
        EnvelopeWriter.Provenance(json, stamp);
        json.WriteStartObject("checkpoint"u8);
        json.WriteNumber(Fields.Sequence, statement.Sequence);
        json.WriteNumber(Fields.Count, statement.Count);
        json.WriteString("key"u8, statement.Key);
        if (statement.OldKey is { } old) json.WriteString("old_key"u8, old);
        Checkpoint.Write(json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
