using System.Collections.Immutable;
using System.Text.Json;
using Coral.Audit.Events.Kernel;

namespace Coral.Audit.Events;

/// <summary>What became known of a service.</summary>
public enum DiscoveryAction
{
    /// <summary>A process that serves something was found: <c>discover-process</c>.</summary>
    Process,

    /// <summary>An endpoint of a service was found: <c>discover-endpoint</c>.</summary>
    Endpoint,

    /// <summary>What is known of a service changed: <c>discover-change</c>.</summary>
    Change,

    /// <summary>A service is gone: <c>discover-lost</c>.</summary>
    Lost,
}

/// <summary>A service was found, changed or lost (<c>logs-coral.discovery</c>).</summary>
public sealed record DiscoveryEvent : AuditEvent
{
    /// <summary>What became known.</summary>
    public required DiscoveryAction Action { get; init; }

    /// <summary>The service's name.</summary>
    public required string Service { get; init; }

    /// <summary>Where its name comes from: <c>annotation</c>, <c>label</c>, <c>process</c> and the like.</summary>
    public string? Source { get; init; }

    /// <summary>How sure that is, from 0 to 1.</summary>
    public double? Confidence { get; init; }

    /// <summary>What speaks for it, in order.</summary>
    public ImmutableArray<string> Provenance { get; init; }

    /// <summary>The protocol, such as <c>http</c>.</summary>
    public string? Protocol { get; init; }

    /// <summary>Where it is served.</summary>
    public Peer? Endpoint { get; init; }

    /// <summary>The agent under which it is registered.</summary>
    public string? Agent { get; init; }

    /// <summary>The process that serves it.</summary>
    public ProcessInfo? Process { get; init; }

    /// <summary>Where that runs.</summary>
    public Workload? Workload { get; init; }

    /// <summary>The pod's labels.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Labels { get; init; }

    /// <inheritdoc/>
    public override AuditStream Stream => AuditStream.Discovery;

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        text.Put(Action switch { DiscoveryAction.Lost => "Lost service ", DiscoveryAction.Change => "Service changed: ", _ => "Found service " });
        text.PutName(Workload?.Namespace, Service);
        text.Put(".");
        json.WriteStartObject();
        EnvelopeWriter.Head(json, this, text.Text);
        EnvelopeWriter.Event(json, this, stamp, new EventClass
        {
            Category = "configuration"u8,
            Type = Action switch { DiscoveryAction.Lost => "deletion"u8, DiscoveryAction.Change => "change"u8, _ => "creation"u8 },
            Action = Action switch { DiscoveryAction.Process => "discover-process"u8, DiscoveryAction.Endpoint => "discover-endpoint"u8, DiscoveryAction.Change => "discover-change"u8, _ => "discover-lost"u8 },
            Outcome = EventOutcome.Success,
        });
        WorkloadWriter.Place(json, this, Workload, Labels);
        ProcessWriter.Write(json, Process);
        NetworkWriter.Server(json, Endpoint);
        EnvelopeWriter.Nested(json, Fields.Network, Fields.Protocol, Protocol);
        EnvelopeWriter.Begin(json, this, stamp);
        json.WriteStartObject(Fields.Discovery);
        json.WriteString(Fields.Service, Service);
        EnvelopeWriter.Optional(json, Fields.Source, Source);
        EnvelopeWriter.Optional(json, Fields.Confidence, Confidence);
        EnvelopeWriter.Array(json, Fields.Provenance, Provenance);
        EnvelopeWriter.Optional(json, Fields.Agent, Agent);
        json.WriteEndObject();
        EnvelopeWriter.End(json);
    }
}
