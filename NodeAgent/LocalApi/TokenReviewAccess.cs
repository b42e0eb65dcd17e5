using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Coral.Kubernetes;
using Coral.Policies;
using Microsoft.AspNetCore.Http;

namespace Coral.NodeAgent.LocalApi;

/// <summary>
/// In Kubernetes: whose token the API server knows, and whom its roles allow <c>get</c> of <c>nodecapabilities/events</c> of this node (for <c>/api/events</c>), may read, as the kubelet does it with <c>nodes/stats</c>. The path itself
/// would not do: <c>system:discovery</c> gives <c>/api/*</c> to everybody. An answer counts for a while, so that a page that asks every second is not two requests to the API server each time.
/// </summary>
internal sealed class TokenReviewAccess(IKubernetesClient client, string node, TimeProvider time) : IApiAccess
{
    /// <summary>A token for another audience, such as the API server's, must not be given to an agent.</summary>
    private const string Audience = "coral";

    private const int MostAnswers = 256;

    private static readonly ApiResource TokenReviews = new("authentication.k8s.io", "v1", "tokenreviews", Namespaced: false);
    private static readonly ApiResource AccessReviews = new("authorization.k8s.io", "v1", "subjectaccessreviews", Namespaced: false);
    private static readonly TimeSpan Counts = TimeSpan.FromSeconds(30);
    private static readonly Refusal Unknown = new(StatusCodes.Status503ServiceUnavailable, "the API server could not be asked whether this token is accepted");

    private readonly Lock gate = new();
    private readonly Dictionary<string, (DateTimeOffset Until, Refusal? Refusal)> answers = new(StringComparer.Ordinal);

    public async Task<Refusal?> CheckAsync(HttpContext context)
    {
        if (Bearer.Of(context) is not { } token) return Bearer.Missing;
        var path = context.Request.Path.Value ?? "/";
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token))) + path;
        var now = time.GetUtcNow();
        lock (gate)
        {
            if (answers.TryGetValue(key, out var known) && known.Until > now) return known.Refusal;
        }

        try
        {
            var refusal = await AskAsync(token, path, context.RequestAborted);
            lock (gate)
            {
                if (answers.Count >= MostAnswers) answers.Clear();
                answers[key] = (now + Counts, refusal);
            }

            return refusal;
        }
        catch (Exception failure) when (failure is KubernetesException or HttpRequestException)
        {
            return Unknown;
        }
    }

    private async Task<Refusal?> AskAsync(string token, string path, CancellationToken cancellation)
    {
        var review = await client.CreateAsync(TokenReviews, null, TokenReview(token), cancellation: cancellation);
        var status = review.Get("status"u8);
        if (status.Get("authenticated"u8).ValueKind != JsonValueKind.True || !IsFor(status.Get("audiences"u8))) return Bearer.Wrong;
        var user = status.Get("user"u8);
        var access = await client.CreateAsync(AccessReviews, null, AccessReview(user, Part(path)), cancellation: cancellation);
        return access.Get("status"u8).Get("allowed"u8).ValueKind == JsonValueKind.True ? null : new Refusal(StatusCodes.Status403Forbidden, $"{user.Text("username"u8)} may not get nodecapabilities/{Part(path)} of coral.io, named {node}: a ClusterRole allows it");
    }

    /// <summary>A server that does not know of audiences leaves them out: then the token is the API server's.</summary>
    private static bool IsFor(JsonElement audiences) => audiences.ValueKind == JsonValueKind.Array && audiences.EnumerateArray().Any(audience => audience.ValueEquals(Audience));

    private static string Part(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static ReadOnlyMemory<byte> TokenReview(string token) => Json("authentication.k8s.io/v1", "TokenReview", json =>
    {
        json.WriteString("token"u8, token);
        json.WriteStartArray("audiences"u8);
        json.WriteStringValue(Audience);
        json.WriteEndArray();
    });

    private ReadOnlyMemory<byte> AccessReview(JsonElement user, string part) => Json("authorization.k8s.io/v1", "SubjectAccessReview", json =>
    {
        json.WriteString("user"u8, user.Text("username"u8));
        json.WriteString("uid"u8, user.Text("uid"u8));
        json.WritePropertyName("groups"u8);
        if (user.Get("groups"u8) is { ValueKind: JsonValueKind.Array } groups)
        {
            groups.WriteTo(json);
        }
        else
        {
            json.WriteStartArray();
            json.WriteEndArray();
        }

        if (user.Get("extra"u8) is { ValueKind: JsonValueKind.Object } extra)
        {
            json.WritePropertyName("extra"u8);
            extra.WriteTo(json);
        }

        json.WriteStartObject("resourceAttributes"u8);
        json.WriteString("group"u8, "coral.io"u8);
        json.WriteString("resource"u8, "nodecapabilities"u8);
        json.WriteString("subresource"u8, part);
        json.WriteString("name"u8, node);
        json.WriteString("verb"u8, "get"u8);
        json.WriteEndObject();
    });

    private static ReadOnlyMemory<byte> Json(string version, string kind, Action<Utf8JsonWriter> spec)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion"u8, version);
            json.WriteString("kind"u8, kind);
            json.WriteStartObject("spec"u8);
            spec(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
