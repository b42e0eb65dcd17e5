using System.Net;
using System.Text.Json;

namespace Coral.Kubernetes;

/// <summary>The API server answered with an error.</summary>
public sealed class KubernetesException(HttpStatusCode code, string reason, string message, JsonElement? status, TimeSpan? retryAfter = null)
    : Exception(message)
{
    /// <summary>The HTTP status, also of a failure inside a watch.</summary>
    public HttpStatusCode StatusCode { get; } = code;

    /// <summary>The Status' reason, such as <c>NotFound</c> or <c>AlreadyExists</c>; empty when the answer was no Status.</summary>
    public string Reason { get; } = reason;

    /// <summary>The Status object with its details and causes; null when the answer was something else, as a proxy's page is.</summary>
    public JsonElement? Status { get; } = status;

    /// <summary>How long the server asks us to wait; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>
    /// Whether the resource version or continue token is of no use any more, so that the list must be read again: it is too old, or, after a restored
    /// backup, of a future that the server does not know.
    /// </summary>
    public bool IsExpired => StatusCode == HttpStatusCode.Gone || Reason is "Expired" or "Gone" || HasCause("ResourceVersionTooLarge");

    /// <summary>Whether the server will not do this however often it is asked.</summary>
    internal bool IsRefusal => StatusCode is < HttpStatusCode.InternalServerError and not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout);

    internal static KubernetesException FromStatus(JsonElement status, HttpStatusCode? answered, TimeSpan? retryAfter)
    {
        var code = answered ?? (HttpStatusCode)(status.Number("code"u8) ?? 500);
        var reason = status.Text("reason"u8) ?? "";
        var message = status.Text("message"u8) is { Length: > 0 } text ? text : reason.Length > 0 ? reason : code.ToString();
        if (status.Field("details"u8)?.Number("retryAfterSeconds"u8) is { } seconds and > 0) retryAfter ??= TimeSpan.FromSeconds(seconds);
        return new(code, reason, $"{message} ({(int)code})", status, retryAfter);
    }

    private bool HasCause(string reason) =>
        Status?.Field("details"u8)?.Field("causes"u8) is { ValueKind: JsonValueKind.Array } causes
        && causes.EnumerateArray().Any(cause => cause.Text("reason"u8) == reason);
}
