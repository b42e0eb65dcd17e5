using System.Buffers;
using System.Text.Json;
using Coral.Policies.Selection;

namespace Coral.Policies.Recording;

/// <summary>
/// What an audit document keeps so that a decision can be made again, under other policies too: the pod without its secrets (<see cref="RecordedPod"/>) and
/// the facts that can decide (<see cref="RecordedFacts"/>). Not kept are the policies themselves: those of another bundle take their place.
/// <see cref="ReplayScene"/> reads it.
/// </summary>
public static class RecordedRequest
{
    /// <summary>The member <c>v</c>: grows when what stands here no longer means the same.</summary>
    public const int Version = 1;

    /// <summary>Writes one JSON object.</summary>
    public static void Write(IBufferWriter<byte> buffer, PodRequest request, ClusterFacts facts, Decision decision)
    {
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteNumber("v"u8, Version);
        json.WriteString("namespace"u8, request.Namespace);
        if (request.Operation != "CREATE") json.WriteString("operation"u8, request.Operation);
        if (request.Resource != "pods") json.WriteString("resource"u8, request.Resource);
        if (request.SubResource.Length > 0) json.WriteString("subResource"u8, request.SubResource);
        json.WritePropertyName("pod"u8);
        var left = RecordedPod.Write(json, request.Pod);
        if (left > 0) json.WriteNumber("annotationsLeftOut"u8, left);
        json.WriteStartObject("facts"u8);
        RecordedFacts.Write(json, request, facts, decision);
        json.WriteEndObject();
        if (decision.Policy is not null) json.WriteString("policy"u8, decision.Policy);
        json.WriteEndObject();
    }

    /// <summary>
    /// Whether other policies could let the decision go on to where nodes and amounts are asked for. All that ends before does so whatever the policies say,
    /// but for the namespaces that they exclude.
    /// </summary>
    internal static bool IsDeep(PodRequest request, Decision decision) =>
        decision.Floor is not null || (decision.Reason == Reasons.ExcludedNamespace && !Applicant.SystemNamespaces.Contains(request.Namespace));
}
