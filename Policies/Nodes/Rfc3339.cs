using System.Text.Json;

namespace Coral.Policies.Nodes;

/// <summary>Times as the API server writes them.</summary>
internal static class Rfc3339
{
    /// <summary>The time, or null when the text is none. Without its offset a time is refused: it would mean another moment on every machine.</summary>
    public static DateTimeOffset? Read(JsonElement element)
    {
        if (element.AsText() is not { Length: >= 20 } text || !element.TryGetDateTimeOffset(out var time)) return null;
        return text[^1] == 'Z' || (text[^3] == ':' && text[^6] is '+' or '-') ? time : null;
    }
}
