using System.Text.Json;
using Coral.Audit.Events.Redaction;

namespace Coral.Audit.Events.Kernel;

/// <summary>A request that was answered, as seen on the wire (<c>logs-coral.ebpf</c>). What follows a <c>?</c> in the path is left out of the document.</summary>
public sealed record HttpEvent : KernelEvent
{
    private const int MaxPath = 1024;

    /// <summary>The method, such as <c>GET</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The path as it was asked for; empty where it is not known.</summary>
    public required string Path { get; init; }

    /// <summary>The host that was asked for.</summary>
    public string? Domain { get; init; }

    /// <summary>The status; 0 where none was seen.</summary>
    public int Status { get; init; }

    /// <summary>The protocol's version, such as <c>1.1</c>.</summary>
    public string? Version { get; init; }

    /// <summary>The size of the request in bytes.</summary>
    public long? RequestBytes { get; init; }

    /// <summary>The size of the answer in bytes.</summary>
    public long? ResponseBytes { get; init; }

    /// <summary>From the request's first byte to the answer's last, in nanoseconds.</summary>
    public long? DurationNanoseconds { get; init; }

    /// <summary>From the request's first byte to the status line, in microseconds.</summary>
    public long? FirstMicroseconds { get; init; }

    /// <summary>Whether the answer did not come, or not to its last byte.</summary>
    public bool IsAborted { get; init; }

    /// <summary><c>ingress</c> or <c>egress</c>, seen from the process.</summary>
    public string? Direction { get; init; }

    /// <summary>Who asked.</summary>
    public Peer? Source { get; init; }

    /// <summary>Who was asked.</summary>
    public Peer? Destination { get; init; }

    /// <summary>The process on whose side it was seen.</summary>
    public ProcessInfo? Process { get; init; }

    /// <summary>The path as documents have it: without its query and without what looks like a secret.</summary>
    public string CleanPath => Clean(stackalloc char[MaxPath]).ToString();

    /// <inheritdoc/>
    public override AuditStream Stream => AuditStream.Ebpf;

    /// <inheritdoc/>
    internal override string? Collector => "http_latency";

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> pathRoom = stackalloc char[MaxPath];
        var path = Clean(pathRoom);
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        text.Put(Method);
        if (path.Length > 0) text.Put(" ");
        text.Put(path);
        text.Put(": ");
        text.Put(Status);
        json.WriteStartObject();
        EnvelopeWriter.Head(json, this, text.Text);
        EnvelopeWriter.Event(json, this, stamp, new EventClass
        {
            Category = "network"u8,
            SecondCategory = "web"u8,
            Type = "access"u8,
            SecondType = "protocol"u8,
            Action = "http-request"u8,
            Outcome = Status switch { _ when IsAborted => EventOutcome.Failure, 0 => EventOutcome.Unknown, < 400 => EventOutcome.Success, _ => EventOutcome.Failure },
            Duration = DurationNanoseconds,
        });
        WorkloadWriter.Place(json, this, Workload);
        ProcessWriter.Write(json, Process);
        NetworkWriter.Peer(json, Fields.Source, Source);
        NetworkWriter.Peer(json, Fields.Destination, Destination);
        NetworkWriter.Related(json, Source, Destination);
        json.WriteStartObject(Fields.Network);
        json.WriteString(Fields.Protocol, "http"u8);
        json.WriteString(Fields.Transport, "tcp"u8);
        EnvelopeWriter.Optional(json, Fields.Direction, Direction);
        json.WriteEndObject();
        json.WriteStartObject(Fields.Url);
        if (path.Length > 0) json.WriteString(Fields.Path, path);
        EnvelopeWriter.Optional(json, Fields.Domain, Domain);
        json.WriteEndObject();
        WriteHttp(json);
        EnvelopeWriter.Begin(json, this, stamp);
        json.WriteStartObject(Fields.Http);
        EnvelopeWriter.Optional(json, Fields.First, FirstMicroseconds);
        json.WriteBoolean(Fields.Incomplete, IsAborted);
        json.WriteEndObject();
        EnvelopeWriter.End(json);
    }

    private ReadOnlySpan<char> Clean(Span<char> room)
    {
        var query = Path.AsSpan().IndexOfAny('?', '#');
        return SecretText.Clean(query < 0 ? Path : Path.AsSpan(0, query), room);
    }

    private void WriteHttp(Utf8JsonWriter json)
    {
        json.WriteStartObject(Fields.Http);
        EnvelopeWriter.Optional(json, Fields.Version, Version);
        json.WriteStartObject(Fields.Request);
        json.WriteString(Fields.Method, Method);
        EnvelopeWriter.Optional(json, Fields.Bytes, RequestBytes);
        json.WriteEndObject();
        json.WriteStartObject(Fields.Response);
        if (Status != 0) json.WriteNumber(Fields.StatusCode, Status);
        EnvelopeWriter.Optional(json, Fields.Bytes, ResponseBytes);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
