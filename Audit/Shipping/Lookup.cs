using System.Text.Json;

namespace Coral.Audit.Shipping;

/// <summary>The server does not let us look for documents.</summary>
internal sealed class LookupForbiddenException(string message) : Exception(message);

/// <summary>Reads the answers of a server that is asked what it has: whole, forbidden, or to be asked for again.</summary>
internal static class Lookup
{
    /// <summary>Throws <see cref="LookupForbiddenException"/>, and <see cref="HttpRequestException"/> when the question has to be put again.</summary>
    public static JsonDocument Read(SearchAnswer answer, SearchClient client, string subject)
    {
        // 405, 410 and 501: a server or proxy that does not offer it, now or ever.
        if (answer.Status is 403 or 405 or 410 or 501) throw new LookupForbiddenException($"status {answer.Status}");
        return (answer.IsSuccess ? answer.Json() : null) ?? throw Unclear(client, subject, $"answered {answer.Status}: {answer.Excerpt()}");
    }

    public static HttpRequestException Unclear(SearchClient client, string subject, string why) => new($"{client.Root}: cannot tell now which documents are stored: {subject}: {why}");

    /// <summary>The member, or an undefined element.</summary>
    public static JsonElement Find(this JsonElement parent, string name) => parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : default;

    public static string? Text(this JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
