using System.Text;
using System.Text.Json;

namespace Coral.Audit.Chain.Checkpoints;

/// <summary>The Secret that holds the audit key in a cluster, so that all replicas sign with one. Only the JSON is here; the calls are the caller's.</summary>
public static class AuditKeySecret
{
    /// <summary>The entry with the private keys, newest first.</summary>
    public const string PrivateEntry = "audit.key";

    /// <summary>The entry with the public half of the newest, for auditors.</summary>
    public const string PublicEntry = "audit.pub";

    /// <summary>The keys of a Secret as the API server gives it.</summary>
    /// <param name="secret">The Secret.</param>
    /// <param name="where">What the messages call it.</param>
    /// <exception cref="AuditKeyException">The entry is absent or can't be used.</exception>
    public static AuditKeys Read(JsonElement secret, string where)
    {
        if (secret.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object && data.TryGetProperty(PrivateEntry, out var entry)
            && entry.ValueKind == JsonValueKind.String && entry.TryGetBytesFromBase64(out var pem)) return AuditKeys.Read(Encoding.UTF8.GetString(pem), $"{where}, data[{PrivateEntry}]");
        throw new AuditKeyException($"{where}: no data[{PrivateEntry}] in it; put the PEM block PRIVATE KEY there, or delete the Secret and it is made anew");
    }

    /// <summary>The body of a create.</summary>
    public static byte[] Write(AuditKeys keys, string namespaceName, string name)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", "v1");
            json.WriteString("kind", "Secret");
            json.WriteStartObject("metadata");
            json.WriteString("name", name);
            json.WriteString("namespace", namespaceName);
            json.WriteEndObject();
            json.WriteString("type", "Opaque");
            json.WriteStartObject("data");
            json.WriteBase64String(PrivateEntry, Encoding.ASCII.GetBytes(keys.Pem));
            json.WriteBase64String(PublicEntry, Encoding.ASCII.GetBytes(keys.Current.Public.Pem));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
