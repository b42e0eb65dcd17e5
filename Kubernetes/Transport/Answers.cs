using System.Text;
using System.Text.Json;

namespace Coral.Kubernetes;

/// <summary>Reads the bodies of answers.</summary>
internal static class Answers
{
    public static async Task<JsonElement> ObjectAsync(Uri server, HttpResponseMessage response, CancellationToken cancellation)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellation);
        if (Parse(bytes) is { } answer) return answer;
        throw new KubernetesProtocolException(server, $"{(int)response.StatusCode} with a body of {bytes.Length} bytes that is no JSON object");
    }

    /// <summary>The Status if there is one; else the request and the beginning of the page that a proxy sent.</summary>
    public static async Task<KubernetesException> ErrorAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellation)
    {
        var retryAfter = response.Headers.RetryAfter?.Delta;
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellation);
        if (Parse(bytes) is { } status && status.Text("kind"u8) == "Status") return KubernetesException.FromStatus(status, response.StatusCode, retryAfter);
        var text = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 200))).ReplaceLineEndings(" ").Trim();
        var path = request.RequestUri!.GetLeftPart(UriPartial.Path);
        return new(response.StatusCode, "", $"{request.Method} {path} was answered with {(int)response.StatusCode}: {text}", status: null, retryAfter);
    }

    /// <summary>The text of a quoted string, where a backslash before any character stands for that character (RFC 9110 §5.6.4).</summary>
    public static string Unquote(string quoted)
    {
        if (quoted is not ['"', .. var inside, '"']) return quoted;
        var text = new StringBuilder(inside.Length);
        for (var at = 0; at < inside.Length; at++)
        {
            if (inside[at] == '\\' && at + 1 < inside.Length) at++;
            text.Append(inside[at]);
        }

        return text.ToString();
    }

    private static JsonElement? Parse(byte[] bytes)
    {
        try
        {
            return JsonElement.Parse(bytes) is { ValueKind: JsonValueKind.Object } answer ? answer : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
