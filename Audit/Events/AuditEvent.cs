using System.Text.Json;

namespace Coral.Audit.Events;

/// <summary>One thing that happened and has to be provable later. It becomes exactly one JSON document in the Elastic Common Schema. Immutable.</summary>
public abstract record AuditEvent
{
    /// <summary>When it happened (not when it was written or sent): <c>@timestamp</c>, in UTC.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Which process of which cluster says so.</summary>
    public required AuditOrigin Origin { get; init; }

    /// <summary>The data stream that it goes to.</summary>
    public virtual AuditStream Stream => AuditStream.Audit;

    /// <summary>The collector that saw it, for <c>event.provider</c>; null where a program speaks of itself.</summary>
    internal virtual string? Collector => null;

    /// <summary>Writes the whole document as one JSON object. Runs under the spool's lock: no waiting, no garbage.</summary>
    internal abstract void Write(Utf8JsonWriter json, in EventStamp stamp);
}
