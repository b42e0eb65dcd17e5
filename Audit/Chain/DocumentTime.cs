using System.Text.Json;
using Coral.Audit.Search;

namespace Coral.Audit.Chain;

/// <summary>When a stored document says that it happened. It is the first member of what we write, so nothing behind it is read then.</summary>
internal static class DocumentTime
{
    public static DateTimeOffset? Read(ReadOnlySpan<byte> document)
    {
        var json = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = AuditRecord.MostDepth });
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject) return null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isTime = json.ValueTextEquals("@timestamp"u8);
                json.Read();
                if (isTime) return json.TokenType == JsonTokenType.String && json.TryGetDateTimeOffset(out var time) ? time : null;
                json.Skip();
            }
        }
        catch (JsonException)
        {
            // What is no JSON is found by its hash.
        }

        return null;
    }
}
