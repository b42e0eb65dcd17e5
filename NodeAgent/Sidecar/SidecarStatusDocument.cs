using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.Collectors.Running;

namespace Coral.NodeAgent.Sidecar;

/// <summary>Writes a status as the agent API answers it (docs/reference/sidecar.md), and as lines for the log.</summary>
internal static class SidecarStatusDocument
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static byte[] Json(SidecarStatus status, ImmutableArray<CollectorStatus>? collectors = null)
    {
        var buffer = new ArrayBufferWriter<byte>(8 * 1024);
        using (var json = new Utf8JsonWriter(buffer, Indented)) Write(json, status, collectors);
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>One thing a line.</summary>
    internal static IEnumerable<string> Lines(SidecarStatus status)
    {
        yield return $"variant {status.Identity.VariantName}, user {status.User}, capabilities {Listed(status.Capabilities)}";
        if (status.Trials is { Count: > 0 } trials) yield return $"eBPF: {trials.Count(trial => trial.Value.State == Policies.Nodes.FactState.Ok)} of {trials.Count} kinds of program loaded, attached and ran";
        foreach (var degraded in status.Degraded) yield return $"without {degraded.Feature}: {degraded.Why}{(degraded.Instead is null ? "" : $"; instead: {degraded.Instead}")}";
        foreach (var problem in status.Problems) yield return $"problem: {problem}";
    }

    private static void Write(Utf8JsonWriter json, SidecarStatus status, ImmutableArray<CollectorStatus>? collectors)
    {
        json.WriteStartObject();
        json.WriteString("state"u8, status.Trials is null ? "probing" : "ready");
        json.WriteString("version"u8, AgentVersion.Text);
        json.WriteString("variant"u8, status.Identity.VariantName);
        json.WriteStartObject("pod"u8);
        Optional(json, "namespace", status.Identity.Namespace);
        Optional(json, "name", status.Identity.Pod);
        Optional(json, "node", status.Identity.Node);
        json.WriteEndObject();
        json.WriteNumber("user"u8, status.User);
        json.WriteStartArray("capabilities"u8);
        foreach (var name in status.Capabilities) json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteStartObject("facts"u8);
        foreach (var (name, trial) in status.Trials ?? new Dictionary<string, Trial>())
        {
            json.WriteStartObject(name);
            trial.WriteMembers(json);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("degraded"u8);
        foreach (var degraded in status.Degraded)
        {
            json.WriteStartObject();
            json.WriteString("feature"u8, degraded.Feature);
            json.WriteString("why"u8, degraded.Why);
            Optional(json, "instead", degraded.Instead);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("problems"u8);
        foreach (var problem in status.Problems) json.WriteStringValue(problem);
        json.WriteEndArray();
        if (collectors is { } all) Write(json, all);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ImmutableArray<CollectorStatus> collectors)
    {
        json.WriteStartArray("collectors"u8);
        foreach (var collector in collectors)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, collector.Name);
            json.WriteString("state"u8, collector.State switch { CollectorState.Running => "running"u8, CollectorState.LeftOut => "left-out"u8, CollectorState.Ended => "ended"u8, _ => "waiting"u8 });
            Optional(json, "why", collector.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Optional(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) json.WriteString(name, value);
    }

    private static string Listed(IReadOnlyCollection<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);
}
