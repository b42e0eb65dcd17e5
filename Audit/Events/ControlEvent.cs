using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Coral.Audit.Events.Kernel;
using Coral.Audit.Events.Redaction;

namespace Coral.Audit.Events;

/// <summary>How a person came in who controls something.</summary>
/// <param name="Method">How they proved who they are, such as <c>certificate</c> or <c>token</c>.</param>
/// <param name="SessionId">Their session.</param>
/// <param name="Ticket">The ticket that they work on.</param>
/// <param name="Mfa">Whether a second factor was asked for.</param>
/// <param name="RequestId">The request.</param>
public sealed record OperatorSession(string? Method = null, string? SessionId = null, string? Ticket = null, bool? Mfa = null, string? RequestId = null);

/// <summary>Somebody attached, detached, looked into or changed something by hand (<c>logs-coral.audit</c>). Written once before, with an unknown outcome, and once after, with the same id.</summary>
public sealed record ControlEvent : AuditEvent
{
    private const int MaxText = 1024;

    /// <summary>Ties what was asked for to how it ended.</summary>
    public required string ControlId { get; init; }

    /// <summary>The operation: <c>attach</c>, <c>detach</c>, <c>tap</c>, <c>profile</c>, <c>capture</c>, <c>exec</c>, <c>config</c>, <c>grant</c> or <c>revoke</c>; <c>event.action</c> is the same behind <c>control-</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>How it ended; unknown when it only begins.</summary>
    public required EventOutcome Outcome { get; init; }

    /// <summary>Why, in the operator's words. Needed.</summary>
    public required string Reason { get; init; }

    /// <summary>Who did it.</summary>
    public required Requester User { get; init; }

    /// <summary>Whose rights were changed, or null.</summary>
    public Requester? Target { get; init; }

    /// <summary>The group whose members were changed, or null.</summary>
    public string? Group { get; init; }

    /// <summary>From where.</summary>
    public IPAddress? From { get; init; }

    /// <summary>With what program.</summary>
    public string? UserAgent { get; init; }

    /// <summary>How they came in.</summary>
    public OperatorSession? Session { get; init; }

    /// <summary>On what.</summary>
    public Workload? Workload { get; init; }

    /// <summary>The command that was run there; secrets are taken out when the document is made.</summary>
    public ImmutableArray<string> Command { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>How long it took, in nanoseconds.</summary>
    public long? DurationNanoseconds { get; init; }

    private bool ChangesRights => Operation is "grant" or "revoke";

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        text.Put(User.Name ?? "(unknown)");
        text.Put(Outcome switch { EventOutcome.Success => " did ", EventOutcome.Failure => " failed to do ", _ => " begins " });
        text.Put(Operation);
        text.Put(" on ");
        text.PutName(Workload?.Namespace, Workload?.Pod ?? Target?.Name ?? "coral");
        text.Put(".");
        Span<char> action = stackalloc char[64];
        var name = new Sentence(action);
        name.Put("control-");
        name.Put(Operation);
        json.WriteStartObject();
        EnvelopeWriter.Head(json, this, text.Text);
        WriteEvent(json, stamp, name.Text);
        WorkloadWriter.Place(json, this, Workload);
        WriteUsers(json);
        if (From is not null)
        {
            json.WriteStartObject(Fields.Source);
            NetworkWriter.Address(json, Fields.Ip, From);
            json.WriteEndObject();
        }

        Cleaned(json, Fields.UserAgent, Fields.Original, UserAgent);
        EnvelopeWriter.Nested(json, Fields.Group, Fields.Name, Group);
        if (!Command.IsDefaultOrEmpty)
        {
            json.WriteStartObject(Fields.Process);
            ProcessWriter.WriteArguments(json, Command);
            json.WriteEndObject();
        }

        Cleaned(json, Fields.Error, Fields.Message, Error);
        EnvelopeWriter.Begin(json, this, stamp);
        WriteControl(json);
        EnvelopeWriter.End(json);
    }

    private static void Cleaned(Utf8JsonWriter json, JsonEncodedText name, JsonEncodedText member, string? value)
    {
        if (value is null) return;
        Span<char> room = stackalloc char[MaxText];
        json.WriteStartObject(name);
        json.WriteString(member, SecretText.Clean(value, room));
        json.WriteEndObject();
    }

    private void WriteEvent(Utf8JsonWriter json, in EventStamp stamp, ReadOnlySpan<char> action)
    {
        Span<byte> actionBytes = stackalloc byte[64 * 3];
        Span<char> reason = stackalloc char[MaxText];
        var length = System.Text.Encoding.UTF8.GetBytes(action, actionBytes);
        EnvelopeWriter.Event(json, this, stamp, new EventClass
        {
            Category = "api"u8,
            SecondCategory = ChangesRights ? "iam"u8 : [],
            Type = Operation switch { "attach" or "detach" or "config" or "grant" or "revoke" => "change"u8, _ => "access"u8 },
            SecondType = ChangesRights ? "admin"u8 : [],
            Action = actionBytes[..length],
            Outcome = Outcome,
            Reason = SecretText.Clean(Reason, reason),
            Duration = DurationNanoseconds,
        });
    }

    private void WriteUsers(Utf8JsonWriter json)
    {
        json.WriteStartObject(Fields.User);
        EnvelopeWriter.Optional(json, Fields.Name, User.Name);
        EnvelopeWriter.Optional(json, Fields.Id, User.Uid);
        EnvelopeWriter.Array(json, Fields.Roles, User.Groups);
        if (Target is not null)
        {
            json.WriteStartObject(Fields.Target);
            EnvelopeWriter.Optional(json, Fields.Name, Target.Name);
            EnvelopeWriter.Optional(json, Fields.Id, Target.Uid);
            EnvelopeWriter.Array(json, Fields.Roles, Target.Groups);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject(Fields.Related);
        json.WriteStartArray(Fields.User);
        if (User.Name is not null) json.WriteStringValue(User.Name);
        if (Target?.Name is not null) json.WriteStringValue(Target.Name);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteControl(Utf8JsonWriter json)
    {
        json.WriteStartObject(Fields.Control);
        json.WriteString(Fields.Id, ControlId);
        json.WriteString(Fields.Operation, Operation);
        json.WriteString(Fields.Phase, Outcome == EventOutcome.Unknown ? "intent"u8 : "outcome"u8);
        json.WriteEndObject();
        if (Session is not { } session) return;
        json.WriteStartObject(Fields.Operator);
        EnvelopeWriter.Optional(json, Fields.Method, session.Method);
        EnvelopeWriter.Optional(json, Fields.SessionId, session.SessionId);
        EnvelopeWriter.Optional(json, Fields.Ticket, session.Ticket);
        if (session.Mfa is { } mfa) json.WriteBoolean(Fields.Mfa, mfa);
        EnvelopeWriter.Optional(json, Fields.RequestId, session.RequestId);
        json.WriteEndObject();
    }
}
