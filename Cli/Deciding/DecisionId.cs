using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Coral.Cli.Deciding;

/// <summary>
/// The id of an offline decision: a name-based UUID (RFC 9562 §5.5) of namespace and pod, so that the same input gives the same bytes, whether it came as
/// YAML or JSON and in whatever order its members stand.
/// </summary>
internal static class DecisionId
{
    /// <summary>The namespace of our names: a random UUID, fixed for good.</summary>
    private static readonly Guid Names = new("6f1d3c52-0b7e-4c5a-9a41-2c8e5d07b3f6");

    internal static string Of(string ns, JsonElement pod)
    {
        var name = new ArrayBufferWriter<byte>(4096);
        Names.TryWriteBytes(name.GetSpan(16), bigEndian: true, out var written);
        name.Advance(written);
        name.Write(Encoding.UTF8.GetBytes(ns));
        // No namespace holds one, so that name and pod can't run into each other.
        name.Write("\n"u8);
        using (var json = new Utf8JsonWriter(name, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) Canonical(json, pod);

#pragma warning disable CA5350 // RFC 9562 fixes SHA-1 for version 5; nothing is kept secret or signed by it.
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(name.WrittenSpan, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true).ToString();
    }

    private static void Canonical(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(member.Name);
                    Canonical(json, member.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Canonical(json, item);
                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }
}
