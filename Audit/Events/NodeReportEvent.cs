using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Audit.Events;

/// <summary>One fact of a node's report.</summary>
/// <param name="Name">Its name, such as <c>ringbuf</c>.</param>
/// <param name="State"><c>ok</c>, <c>absent</c>, <c>denied</c> or <c>error</c>: as the agent's own process is.</param>
/// <param name="Minimal">The same with exactly the capabilities of <c>ebpf-minimal</c>, or null.</param>
/// <param name="Full">The same with exactly the capabilities of <c>ebpf-full</c>, or null.</param>
public readonly record struct NodeFact(string Name, string State, string? Minimal = null, string? Full = null);

/// <summary>What a node has proved about its kernel (<c>logs-coral.node</c>). Written when a report differs from the one before it.</summary>
public sealed record NodeReportEvent : AuditEvent
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>All facts.</summary>
    public required ImmutableArray<NodeFact> Facts { get; init; }

    /// <summary>A hash of what decides in the report: equal reports have equal hashes.</summary>
    public required string ReportHash { get; init; }

    /// <summary>The report's generation.</summary>
    public long Generation { get; init; }

    /// <summary>Until when the report holds.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Identifies the boot.</summary>
    public string? BootId { get; init; }

    /// <summary>The kernel's release.</summary>
    public string? Kernel { get; init; }

    /// <summary>The machine's architecture.</summary>
    public string? Architecture { get; init; }

    /// <summary>Whether the kernel has type information.</summary>
    public bool? Btf { get; init; }

    /// <summary><c>v1</c>, <c>hybrid</c> or <c>v2</c>.</summary>
    public string? Cgroup { get; init; }

    /// <summary>The kernel's lockdown, such as <c>none</c>.</summary>
    public string? Lockdown { get; init; }

    /// <summary><c>needed</c>, <c>not-needed</c> or <c>unknown</c>.</summary>
    public string? Memlock { get; init; }

    /// <summary>The container runtime.</summary>
    public string? Runtime { get; init; }

    /// <summary>The kubelet's version.</summary>
    public string? Kubelet { get; init; }

    /// <summary>Collectors with their tier, as <c>exec=T0</c>.</summary>
    public ImmutableArray<string> Collectors { get; init; }

    /// <summary>The facts that are not as they were in the report before.</summary>
    public ImmutableArray<string> Changed { get; init; }

    /// <summary>How long the proofs took, in nanoseconds.</summary>
    public long? DurationNanoseconds { get; init; }

    /// <inheritdoc/>
    public override AuditStream Stream => AuditStream.Node;

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        var proved = 0;
        foreach (var fact in Facts.AsSpan()) proved += fact.State == "ok" ? 1 : 0;
        text.Put("Node ");
        text.Put(Node);
        text.Put(" proves ");
        text.Put(proved);
        text.Put(" of ");
        text.Put(Facts.Length);
        text.Put(" facts.");
        json.WriteStartObject();
        EnvelopeWriter.Head(json, this, text.Text);
        EnvelopeWriter.Event(json, this, stamp, new EventClass
        {
            Kind = "state"u8,
            Category = "host"u8,
            Type = "info"u8,
            Action = "node-capabilities"u8,
            Outcome = EventOutcome.Success,
            Duration = DurationNanoseconds,
        });
        EnvelopeWriter.Orchestrator(json, Origin, null, "node", Node, null);
        json.WriteStartObject(Fields.Kubernetes);
        EnvelopeWriter.Nested(json, Fields.Node, Fields.Name, Node);
        json.WriteEndObject();
        WriteHost(json);
        EnvelopeWriter.Begin(json, this, stamp);
        WriteNode(json);
        EnvelopeWriter.End(json);
    }

    private void WriteHost(Utf8JsonWriter json)
    {
        json.WriteStartObject(Fields.Host);
        json.WriteString(Fields.Name, Node);
        EnvelopeWriter.Optional(json, Fields.Architecture, Architecture);
        EnvelopeWriter.Nested(json, Fields.Os, Fields.Kernel, Kernel);
        EnvelopeWriter.Nested(json, Fields.Boot, Fields.Id, BootId);
        json.WriteEndObject();
    }

    private void WriteNode(Utf8JsonWriter json)
    {
        json.WriteStartObject(Fields.Node);
        json.WriteString(Fields.ReportHash, ReportHash);
        json.WriteNumber(Fields.Generation, Generation);
        EnvelopeWriter.Optional(json, Fields.Expires, Expires);
        if (Btf is { } btf) json.WriteBoolean(Fields.Btf, btf);
        EnvelopeWriter.Optional(json, Fields.Cgroup, Cgroup);
        EnvelopeWriter.Optional(json, Fields.Lockdown, Lockdown);
        EnvelopeWriter.Optional(json, Fields.Memlock, Memlock);
        EnvelopeWriter.Optional(json, Fields.Runtime, Runtime);
        EnvelopeWriter.Optional(json, Fields.Kubelet, Kubelet);
        Names(json, Fields.Features, static fact => fact.State == "ok");
        Names(json, Fields.Denied, static fact => fact.State == "denied");
        Names(json, Fields.Minimal, static fact => fact.Minimal == "ok");
        Names(json, Fields.Full, static fact => fact.Full == "ok");
        json.WriteStartObject(Fields.Facts);
        foreach (var fact in Facts.AsSpan()) json.WriteString(fact.Name, fact.State);
        json.WriteEndObject();
        EnvelopeWriter.Array(json, Fields.Collectors, Collectors);
        EnvelopeWriter.Array(json, Fields.Changed, Changed);
        json.WriteEndObject();
    }

    private void Names(Utf8JsonWriter json, JsonEncodedText name, Predicate<NodeFact> which)
    {
        json.WriteStartArray(name);
        foreach (var fact in Facts.AsSpan())
            if (which(fact))
                json.WriteStringValue(fact.Name);
        json.WriteEndArray();
    }
}
