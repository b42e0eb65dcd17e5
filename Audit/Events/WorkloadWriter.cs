using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Audit.Events;

/// <summary>Writes what says where something happened: <c>orchestrator</c>, <c>kubernetes</c>, <c>container</c> and <c>host</c>.</summary>
internal static class WorkloadWriter
{
    /// <summary>All four.</summary>
    public static void Place(Utf8JsonWriter json, AuditEvent e, Workload? workload, ImmutableArray<KeyValuePair<string, string>> labels = default, double? cpuUsage = null)
    {
        var pod = workload?.Pod;
        EnvelopeWriter.Orchestrator(json, e.Origin, workload?.Namespace, pod is null ? null : "pod", pod, null, workload?.PodUid, labels);
        Kubernetes(json, workload, labels);
        Container(json, workload, cpuUsage);
        EnvelopeWriter.Nested(json, Fields.Host, Fields.Name, workload?.Node ?? e.Origin.Node);
    }

    public static void Kubernetes(Utf8JsonWriter json, Workload? workload, ImmutableArray<KeyValuePair<string, string>> labels = default)
    {
        if (workload is null) return;
        json.WriteStartObject(Fields.Kubernetes);
        EnvelopeWriter.Optional(json, Fields.Namespace, workload.Namespace);
        if (workload.Pod is not null || workload.PodUid is not null)
        {
            json.WriteStartObject(Fields.Pod);
            EnvelopeWriter.Optional(json, Fields.Name, workload.Pod);
            EnvelopeWriter.Optional(json, Fields.Uid, workload.PodUid);
            json.WriteEndObject();
        }

        EnvelopeWriter.Nested(json, Fields.Node, Fields.Name, workload.Node);
        EnvelopeWriter.Nested(json, Fields.Container, Fields.Name, workload.Container);
        if (workload is { OwnerKind: { } kind, Owner: { } owner })
        {
            json.WriteStartObject(Fields.Workload);
            json.WriteString(Fields.Kind, kind);
            json.WriteString(Fields.Name, owner);
            json.WriteEndObject();
        }

        if (!labels.IsDefaultOrEmpty)
        {
            json.WriteStartObject(Fields.Labels);
            foreach (var (name, value) in labels.AsSpan()) json.WriteString(name, value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    public static void Container(Utf8JsonWriter json, Workload? workload, double? cpuUsage = null)
    {
        if (workload?.ContainerId is null && workload?.Image is null && cpuUsage is null) return;
        json.WriteStartObject(Fields.Container);
        EnvelopeWriter.Optional(json, Fields.Id, workload?.ContainerId);
        EnvelopeWriter.Nested(json, Fields.Image, Fields.Name, workload?.Image);
        if (cpuUsage is not null)
        {
            json.WriteStartObject(Fields.Cpu);
            EnvelopeWriter.Optional(json, Fields.Usage, cpuUsage);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
