using System.Buffers;
using System.Text.Json;

namespace Coral.Webhook.Facts;

/// <summary>Drops what no decision reads, above all <c>managedFields</c> and a node's list of images: at a thousand nodes they are most of the memory.</summary>
internal static class ObjectTrim
{
    internal static JsonElement Trim(JsonElement item)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            foreach (var member in item.EnumerateObject())
            {
                if (member.NameEquals("metadata"u8)) Without(json, member, "managedFields");
                else if (member.NameEquals("status"u8)) Without(json, member, "images");
                else member.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static void Without(Utf8JsonWriter json, JsonProperty parent, string name)
    {
        if (parent.Value.ValueKind != JsonValueKind.Object)
        {
            parent.WriteTo(json);
            return;
        }

        json.WriteStartObject(parent.Name);
        foreach (var member in parent.Value.EnumerateObject())
        {
            if (!member.NameEquals(name)) member.WriteTo(json);
        }

        json.WriteEndObject();
    }
}
