using System.Text.Json;

namespace Coral.Kubernetes;

/// <summary>Reads fields that may be absent or of another type than expected, in which case there is no value.</summary>
internal static class JsonFields
{
    public static JsonElement? Field(this JsonElement item, ReadOnlySpan<byte> name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) ? value : null;

    public static string? Text(this JsonElement item, ReadOnlySpan<byte> name) =>
        item.Field(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static int? Number(this JsonElement item, ReadOnlySpan<byte> name) =>
        item.Field(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;

    public static string? MetadataText(this JsonElement item, ReadOnlySpan<byte> name) => item.Field("metadata"u8)?.Text(name);
}
