using System.Collections.Immutable;
using System.Text.Json;
using Coral.Audit.Events.Redaction;

namespace Coral.Audit.Events.Kernel;

/// <summary>Writes the <c>process</c> object.</summary>
internal static class ProcessWriter
{
    /// <summary>More are counted, not shown.</summary>
    public const int MaxArguments = 64;

    /// <summary>In characters; what is longer is cut.</summary>
    public const int MaxArgument = 1024;

    private const int MaxCommandLine = 4096;

    public static void Write(Utf8JsonWriter json, ProcessInfo? process)
    {
        if (process is null) return;
        json.WriteStartObject(Fields.Process);
        json.WriteNumber(Fields.Pid, process.Pid);
        EnvelopeWriter.Optional(json, Fields.VirtualPid, process.VirtualPid);
        EnvelopeWriter.Optional(json, Fields.EntityId, process.EntityId);
        EnvelopeWriter.Optional(json, Fields.Name, process.Name);
        EnvelopeWriter.Optional(json, Fields.Executable, process.Executable);
        WriteArguments(json, process.Arguments, process.ArgumentCount);
        EnvelopeWriter.Optional(json, Fields.WorkingDirectory, process.WorkingDirectory);
        EnvelopeWriter.Optional(json, Fields.Start, process.Start);
        EnvelopeWriter.Optional(json, Fields.End, process.End);
        EnvelopeWriter.Optional(json, Fields.ExitCode, process.ExitCode);
        if (process.Parent is { } parent)
        {
            json.WriteStartObject(Fields.Parent);
            json.WriteNumber(Fields.Pid, parent.Pid);
            EnvelopeWriter.Optional(json, Fields.EntityId, parent.EntityId);
            EnvelopeWriter.Optional(json, Fields.Name, parent.Name);
            EnvelopeWriter.Optional(json, Fields.Executable, parent.Executable);
            json.WriteEndObject();
        }

        EnvelopeWriter.Nested(json, Fields.EntryLeader, Fields.EntityId, process.EntryLeader);
        if (process.UserId is { } user)
        {
            // A number here, a word in other places of the schema: a word.
            Span<char> digits = stackalloc char[10];
            user.TryFormat(digits, out var length, default, System.Globalization.CultureInfo.InvariantCulture);
            json.WriteStartObject(Fields.User);
            json.WriteString(Fields.Id, digits[..length]);
            json.WriteEndObject();
        }

        if (!process.Capabilities.IsDefaultOrEmpty)
        {
            json.WriteStartObject(Fields.Thread);
            json.WriteStartObject(Fields.Capabilities);
            EnvelopeWriter.Array(json, Fields.Effective, process.Capabilities);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>The members <c>args</c>, <c>args_count</c> and <c>command_line</c>, without secrets.</summary>
    public static void WriteArguments(Utf8JsonWriter json, ImmutableArray<string> arguments, int? count = null)
    {
        if (arguments.IsDefaultOrEmpty) return;
        Span<char> room = stackalloc char[3 * MaxArgument];
        Span<char> lineRoom = stackalloc char[MaxCommandLine];
        var redaction = new ArgumentRedaction(room);
        var line = new Sentence(lineRoom);
        json.WriteStartArray(Fields.Arguments);
        foreach (var argument in arguments.AsSpan()[..Math.Min(arguments.Length, MaxArguments)])
        {
            var clean = redaction.Clean(argument);
            json.WriteStringValue(clean);
            if (line.Text.Length > 0) line.Put(" ");
            line.Put(clean);
        }

        json.WriteEndArray();
        json.WriteNumber(Fields.ArgumentCount, count ?? arguments.Length);
        json.WriteString(Fields.CommandLine, line.Text);
    }
}
