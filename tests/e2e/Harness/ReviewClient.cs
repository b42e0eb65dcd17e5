using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coral.EndToEnd.Harness;

/// <summary>A webhook's answer.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Protocol">The HTTP version that was spoken.</param>
/// <param name="Text">The body as it came.</param>
/// <param name="Review">The body as JSON; null when it is none.</param>
public sealed record ReviewAnswer(int Status, Version Protocol, string Text, JsonNode? Review)
{
    /// <summary>The review's response.</summary>
    public JsonNode Response => Review?["response"] ?? throw new InvalidOperationException($"no review in the answer {Status}: {Text}");

    /// <summary>The uid that was answered.</summary>
    public string? Uid => (string?)Response["uid"];

    /// <summary>Whether the pod is admitted.</summary>
    public bool Allowed => (bool)Response["allowed"]!;

    /// <summary>The reason of a refusal.</summary>
    public string? Message => (string?)Response["status"]?["message"];

    /// <summary>The operations of the patch; null when there is none.</summary>
    public JsonArray? Patch => (string?)Response["patch"] is { } patch ? JsonNode.Parse(Convert.FromBase64String(patch))!.AsArray() : null;

    /// <summary>What the user sees.</summary>
    public ImmutableArray<string> Warnings => [.. (Response["warnings"]?.AsArray() ?? []).Select(warning => (string)warning!)];

    /// <summary>What the API server's audit log gets; null when there is none.</summary>
    public JsonNode? AuditAnnotations => Response["auditAnnotations"];
}

/// <summary>Posts AdmissionReviews to a webhook whose CA is the only one trusted. Thread safe; many calls may run at once.</summary>
public sealed class ReviewClient : IDisposable
{
    private readonly HttpClient http;

    /// <summary>Connects to a webhook.</summary>
    /// <param name="webhook">Its address without a path.</param>
    /// <param name="caPem">The CA that issued its certificate.</param>
    /// <param name="version">The HTTP version, spoken exactly; 1.1 unless told otherwise.</param>
    /// <param name="connections">How many connections HTTP/1.1 may open.</param>
    /// <param name="name">The name that its certificate must be for; null for the address's own.</param>
    public ReviewClient(Uri webhook, string caPem, Version? version = null, int connections = 64, string? name = null)
    {
        http = Tls.Client(webhook, caPem, connections: connections, version: version);
        http.DefaultRequestHeaders.Host = name;
    }

    /// <summary>Posts a body to a path such as <c>/mutate</c>.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="body">Any bytes.</param>
    /// <param name="contentType">Sent as it stands; null for none.</param>
    public async Task<ReviewAnswer> Post(string path, ReadOnlyMemory<byte> body, string? contentType = "application/json")
    {
        using var content = new ReadOnlyMemoryContent(body);
        if (contentType is not null) content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var response = await http.PostAsync(path, content);
        var text = await response.Content.ReadAsStringAsync();
        return new((int)response.StatusCode, response.Version, text, Parse(text));
    }

    /// <summary>Posts a review to <c>/mutate</c>, with the timeout that our entries state.</summary>
    public Task<ReviewAnswer> Mutate(ReadOnlyMemory<byte> review) => Post("/mutate?timeout=2s", review);

    /// <summary>Posts a review to <c>/validate</c>, with the timeout that our entries state.</summary>
    public Task<ReviewAnswer> Validate(ReadOnlyMemory<byte> review) => Post("/validate?timeout=2s", review);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
