using System.Text.Json;

namespace Coral.Audit.Events.Kernel;

/// <summary>What happened to a connection.</summary>
public enum ConnectionAction
{
    /// <summary>It was asked for by this side.</summary>
    Connect,

    /// <summary>It was accepted by this side.</summary>
    Accept,

    /// <summary>It ended; the counters are those of its whole life.</summary>
    Close,

    /// <summary>Something had to be sent again.</summary>
    Retransmit,
}

/// <summary>A connection began, ended or had to repeat itself (<c>logs-coral.ebpf</c>).</summary>
public sealed record ConnectionEvent : KernelEvent
{
    /// <summary>What happened.</summary>
    public required ConnectionAction Action { get; init; }

    /// <summary>Who asked for the connection.</summary>
    public Peer? Source { get; init; }

    /// <summary>Who was asked.</summary>
    public Peer? Destination { get; init; }

    /// <summary><c>tcp</c> or <c>udp</c>.</summary>
    public string Transport { get; init; } = "tcp";

    /// <summary><c>ipv4</c> or <c>ipv6</c>.</summary>
    public string? NetworkType { get; init; }

    /// <summary><c>ingress</c> or <c>egress</c>, seen from the process.</summary>
    public string? Direction { get; init; }

    /// <summary>The Community ID of the flow.</summary>
    public string? CommunityId { get; init; }

    /// <summary>Bytes of both directions.</summary>
    public long? Bytes { get; init; }

    /// <summary>The state of TCP, such as <c>ESTABLISHED</c>.</summary>
    public string? State { get; init; }

    /// <summary>The smoothed round trip, in microseconds.</summary>
    public long? RoundTripMicroseconds { get; init; }

    /// <summary>How many segments were sent again.</summary>
    public long? Retransmits { get; init; }

    /// <summary>How long it stood, or took to be made, in nanoseconds.</summary>
    public long? DurationNanoseconds { get; init; }

    /// <summary>The error's name where the call failed, such as <c>ECONNREFUSED</c>.</summary>
    public string? Error { get; init; }

    /// <summary>Whose connection it is.</summary>
    public ProcessInfo? Process { get; init; }

    /// <inheritdoc/>
    public override AuditStream Stream => AuditStream.Ebpf;

    /// <inheritdoc/>
    internal override string? Collector => Action is ConnectionAction.Connect or ConnectionAction.Accept ? "connect" : "tcp_metrics";

    // Refused by a rule of this side, not by the other.
    private bool IsDenied => Error is "EPERM" or "EACCES";

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        text.Put(Process?.Name ?? "A process");
        text.Put(Action switch { ConnectionAction.Connect => " connected", ConnectionAction.Accept => " accepted a connection", ConnectionAction.Close => " closed a connection", _ => " sent a segment again" });
        if (Destination is { } destination)
        {
            text.Put(" to port ");
            text.Put(destination.Port);
        }

        text.Put(Error is null ? "." : ": ");
        if (Error is not null) text.Put(Error);
        json.WriteStartObject();
        EnvelopeWriter.Head(json, this, text.Text);
        EnvelopeWriter.Event(json, this, stamp, Class());
        WorkloadWriter.Place(json, this, Workload);
        ProcessWriter.Write(json, Process);
        NetworkWriter.Peer(json, Fields.Source, Source);
        NetworkWriter.Peer(json, Fields.Destination, Destination);
        NetworkWriter.Related(json, Source, Destination);
        WriteNetwork(json);
        EnvelopeWriter.Nested(json, Fields.Error, Fields.Code, Error);
        EnvelopeWriter.Begin(json, this, stamp);
        json.WriteStartObject(Fields.Tcp);
        EnvelopeWriter.Optional(json, Fields.State, State);
        EnvelopeWriter.Optional(json, Fields.RoundTrip, RoundTripMicroseconds);
        EnvelopeWriter.Optional(json, Fields.Retransmits, Retransmits);
        json.WriteEndObject();
        EnvelopeWriter.End(json);
    }

    private EventClass Class() => new()
    {
        Category = "network"u8,
        Type = "connection"u8,
        SecondType = IsDenied ? "denied"u8 : Action switch { ConnectionAction.Close => "end"u8, ConnectionAction.Retransmit => "info"u8, _ => "start"u8 },
        Action = Action switch { ConnectionAction.Connect => "connect"u8, ConnectionAction.Accept => "accept"u8, ConnectionAction.Close => "tcp-close"u8, _ => "tcp-retransmit"u8 },
        Outcome = Error is null ? EventOutcome.Success : EventOutcome.Failure,
        Duration = DurationNanoseconds,
    };

    private void WriteNetwork(Utf8JsonWriter json)
    {
        json.WriteStartObject(Fields.Network);
        json.WriteString(Fields.Transport, Transport);
        EnvelopeWriter.Optional(json, Fields.Type, NetworkType);
        EnvelopeWriter.Optional(json, Fields.Direction, Direction);
        EnvelopeWriter.Optional(json, Fields.CommunityId, CommunityId);
        EnvelopeWriter.Optional(json, Fields.Bytes, Bytes);
        json.WriteEndObject();
    }
}
