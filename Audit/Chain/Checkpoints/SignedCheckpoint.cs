using System.Text.Json;

namespace Coral.Audit.Chain.Checkpoints;

/// <summary>A checkpoint with the signatures under it, as it stands in a document and in the second place. Immutable.</summary>
/// <param name="Statement">What it says.</param>
/// <param name="Key">The key that signed, as the checkpoint itself names it: whether it is to be trusted is another question.</param>
/// <param name="Signature">Its signature over the statement's text, DER.</param>
/// <param name="OldKey">At a change of keys the one before, else null.</param>
/// <param name="OldSignature">Its signature over the same text.</param>
public sealed record SignedCheckpoint(Checkpoint Statement, AuditPublicKey Key, byte[] Signature, AuditPublicKey? OldKey, byte[]? OldSignature)
{
    /// <summary>Whether the keys that the statement names have signed it.</summary>
    public bool IsGenuine => Key.Id == Statement.Key && OldKey?.Id == Statement.OldKey && Key.Verify(Statement.Text, Signature)
        && (OldKey is null || (OldSignature is not null && OldKey.Verify(Statement.Text, OldSignature)));

    /// <summary>Signs a statement that names the keys.</summary>
    internal static SignedCheckpoint Sign(Checkpoint statement, AuditKey key, AuditKey? old) =>
        new(statement, key.Public, key.Sign(statement.Text), old?.Public, old?.Sign(statement.Text));

    /// <summary>Reads the object that <see cref="Write"/> writes the members of; null when it is none. More members do no harm.</summary>
    internal static SignedCheckpoint? Read(JsonElement json)
    {
        try
        {
            if (json.ValueKind != JsonValueKind.Object || Text(json, "statement") is not { } text || Checkpoint.Parse(text) is not { } statement) return null;
            if (Text(json, "public_key") is not { } key || AuditPublicKey.FromBase64(key) is not { } publicKey || Bytes(json, "signature") is not { } signature) return null;
            var old = Text(json, "old_public_key") is { } name ? AuditPublicKey.FromBase64(name) : null;
            return new SignedCheckpoint(statement, publicKey, signature, old, Bytes(json, "old_signature"));
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteString("statement"u8, Statement.Text);
        json.WriteString("public_key"u8, Key.Base64);
        json.WriteBase64String("signature"u8, Signature);
        if (OldKey is null) return;
        json.WriteString("old_public_key"u8, OldKey.Base64);
        json.WriteBase64String("old_signature"u8, OldSignature);
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[]? Bytes(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes) ? bytes : null;
}
