using System.Buffers;
using System.Text.Json;
using Coral.Kubernetes;
using Coral.Policies;
using Microsoft.Extensions.Logging;

namespace Coral.Webhook.Facts;

/// <summary>
/// Says in the condition <c>Valid</c> of each InjectionPolicy whether its stored version is good. Every replica says the same, so whoever comes second
/// finds nothing to write; replicas of different releases may not, so each says its word once for a stored version and then leaves it. Without the right
/// to write the policies apply all the same.
/// </summary>
internal sealed class PolicyConditions(IKubernetesClient client, TimeProvider time, ILogger logger)
{
    internal const string FieldManager = "coral-webhook";

    private const string Valid = "Valid";

    /// <summary>The CRD's limit is 32 KiB; a person needs less.</summary>
    private const int LongestMessage = 4096;

    private static readonly ApiResource Status = ApiResource.InjectionPolicies with { Subresource = "status" };

    private readonly Dictionary<string, (string? Uid, long Generation)> said = new(StringComparer.Ordinal);
    private string? refused;

    /// <summary>Writes the conditions that are not there yet.</summary>
    internal async Task WriteAsync(IEnumerable<PolicyVerdict> verdicts, CancellationToken cancellation)
    {
        foreach (var verdict in verdicts)
        {
            var version = (verdict.Object.Get("metadata"u8).Text("uid"u8), Generation(verdict));
            if (Says(verdict) || (said.TryGetValue(verdict.Name, out var last) && last == version)) continue;
            try
            {
                await client.ApplyAsync(Status, null, verdict.Name, Body(verdict), FieldManager, force: true, new WriteOptions { Retry = true }, cancellation);
                (said[verdict.Name], refused) = (version, null);
            }
            catch (Exception exception) when (exception is KubernetesException or KubernetesUnreachableException or KubernetesProtocolException or KubernetesConfigException)
            {
                // Deleted in between, or no right to: it is written at the next change. Said once, not for each policy and change.
                if (refused == exception.Message || exception is KubernetesException { StatusCode: System.Net.HttpStatusCode.NotFound }) continue;
                refused = exception.Message;
                logger.ConditionNotWritten(verdict.Name, exception.Message);
            }
        }
    }

    private static JsonElement Now(PolicyVerdict verdict)
    {
        foreach (var condition in verdict.Object.Get("status"u8).Items("conditions"u8))
        {
            if (condition.Text("type"u8) == Valid) return condition;
        }

        return default;
    }

    private static bool Says(PolicyVerdict verdict)
    {
        var now = Now(verdict);
        return now.Text("status"u8) == Text(verdict.Valid) && now.Text("reason"u8) == Reason(verdict) && now.Text("message"u8) == Message(verdict)
            && now.Get("observedGeneration"u8) is { ValueKind: JsonValueKind.Number } seen && seen.TryGetInt64(out var generation) && generation == Generation(verdict);
    }

    private byte[] Body(PolicyVerdict verdict)
    {
        var now = Now(verdict);
        var since = now.Text("status"u8) == Text(verdict.Valid) ? now.Text("lastTransitionTime"u8) : null;
        var body = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", Vocabulary.ApiVersion);
            json.WriteString("kind", "InjectionPolicy");
            json.WriteStartObject("metadata");
            json.WriteString("name", verdict.Name);
            json.WriteEndObject();
            json.WriteStartObject("status");
            json.WriteNumber("observedGeneration", Generation(verdict));
            json.WriteStartArray("conditions");
            json.WriteStartObject();
            json.WriteString("type", Valid);
            json.WriteString("status", Text(verdict.Valid));
            json.WriteString("reason", Reason(verdict));
            json.WriteString("message", Message(verdict));
            json.WriteNumber("observedGeneration", Generation(verdict));
            json.WriteString("lastTransitionTime", since ?? time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }

    private static long Generation(PolicyVerdict verdict) =>
        verdict.Object.Get("metadata"u8).Get("generation"u8) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var generation) ? generation : 0;

    private static string Text(bool valid) => valid ? "True" : "False";

    private static string Reason(PolicyVerdict verdict) => verdict.Valid ? "Read" : "Mistakes";

    private static string Message(PolicyVerdict verdict) => verdict.Mistakes.Length <= LongestMessage ? verdict.Mistakes : verdict.Mistakes[..LongestMessage] + "…";
}
