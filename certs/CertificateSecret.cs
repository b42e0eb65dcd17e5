using System.Text;
using System.Text.Json;

namespace Coral.Certs;

/// <summary>A Kubernetes Secret of type <c>kubernetes.io/tls</c> that also keeps <c>ca.crt</c> and <c>ca.key</c>: read from and written to the API's JSON. The calls themselves are the caller's.</summary>
public static class CertificateSecret
{
    /// <summary>Reads the four entries of a Secret's <c>data</c>; other entries are left aside.</summary>
    /// <param name="secret">A Secret as the API server gives it.</param>
    /// <exception cref="CertificateException">An entry is not base64 of UTF-8 text.</exception>
    public static CertificateSet Read(JsonElement secret)
    {
        if (!secret.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object) return CertificateSet.Empty;
        var problems = new List<string>();
        var set = new CertificateSet(
            Entry(data, "ca.crt", problems), Entry(data, "ca.key", problems), Entry(data, "tls.crt", problems), Entry(data, "tls.key", problems));
        return problems.Count > 0 ? throw new CertificateException([.. problems]) : set;
    }

    /// <summary>The whole Secret as UTF-8 JSON, for a create, an update or a server-side apply.</summary>
    /// <param name="set">A set whose <c>tls.crt</c> and <c>tls.key</c> are there, as the API server requires of this type.</param>
    /// <param name="namespaceName">The Secret's namespace.</param>
    /// <param name="name">The Secret's name.</param>
    /// <param name="resourceVersion">The version that was read: an update then fails with 409 when another replica was faster. Null for a create.</param>
    public static byte[] Write(CertificateSet set, string namespaceName, string name, string? resourceVersion)
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
            if (resourceVersion is not null) json.WriteString("resourceVersion", resourceVersion);
            json.WriteEndObject();
            json.WriteString("type", "kubernetes.io/tls");
            json.WriteStartObject("data");
            WriteEntry(json, "ca.crt", set.CaCertificate);
            WriteEntry(json, "ca.key", set.CaKey);
            WriteEntry(json, "tls.crt", set.Certificate);
            WriteEntry(json, "tls.key", set.Key);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, string name, string? pem)
    {
        if (pem is not null) json.WriteBase64String(name, Encoding.UTF8.GetBytes(pem));
    }

    // An empty entry counts as absent: the API server requires tls.crt and tls.key to exist, so an empty Secret is made with empty ones.
    private static string? Entry(JsonElement data, string name, List<string> problems)
    {
        if (!data.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes))
            return bytes.Length == 0 ? null : Encoding.UTF8.GetString(bytes);
        problems.Add($"data[{name}] of the Secret is not base64: put the PEM text there in base64, or remove it");
        return null;
    }
}
