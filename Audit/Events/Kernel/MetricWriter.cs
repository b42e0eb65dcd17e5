using System.Text.Json;

namespace Coral.Audit.Events.Kernel;

/// <summary>Writes what measurements of a while have in common (<c>metrics-coral.node</c>): all but what stands in <c>coral</c>.</summary>
internal static class MetricWriter
{
    /// <summary>Begins the document; what follows stands in <c>coral</c>, and <see cref="EnvelopeWriter.End(Utf8JsonWriter)"/> ends it.</summary>
    public static void Begin(Utf8JsonWriter json, AuditEvent e, in EventStamp stamp, ReadOnlySpan<char> message, ReadOnlySpan<byte> set, in EventClass what, Workload? workload)
    {
        json.WriteStartObject();
        EnvelopeWriter.Head(json, e, message);
        EnvelopeWriter.Event(json, e, stamp, what);
        json.WriteStartObject(Fields.Metricset);
        json.WriteString(Fields.Name, set);
        json.WriteEndObject();
        WorkloadWriter.Place(json, e, workload);
        EnvelopeWriter.Begin(json, e, stamp);
    }
}
