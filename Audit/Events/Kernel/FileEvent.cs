using System.Text.Json;

namespace Coral.Audit.Events.Kernel;

/// <summary>What was done to a file.</summary>
public enum FileAction
{
    /// <summary>It was opened.</summary>
    Open,

    /// <summary>It was read.</summary>
    Read,

    /// <summary>It was written to.</summary>
    Write,

    /// <summary>It was made.</summary>
    Create,

    /// <summary>It was deleted.</summary>
    Unlink,

    /// <summary>It got another name: the new one is the path.</summary>
    Rename,
}

/// <summary>A file was touched (<c>logs-coral.ebpf</c>).</summary>
public sealed record FileEvent : KernelEvent
{
    /// <summary>What was done.</summary>
    public required FileAction Action { get; init; }

    /// <summary>The whole path; folder, name and extension are taken from it.</summary>
    public required string Path { get; init; }

    /// <summary>The path before it was renamed.</summary>
    public string? PathBefore { get; init; }

    /// <summary>The inode.</summary>
    public string? Inode { get; init; }

    /// <summary>The device, as major:minor.</summary>
    public string? Device { get; init; }

    /// <summary>The permissions in octal digits.</summary>
    public string? Mode { get; init; }

    /// <summary>The number of the owner.</summary>
    public string? Uid { get; init; }

    /// <summary>The number of the group.</summary>
    public string? Gid { get; init; }

    /// <summary>How many bytes were read or written.</summary>
    public long? Bytes { get; init; }

    /// <summary>How often, where several were taken together.</summary>
    public long? Count { get; init; }

    /// <summary>The error's name where the call failed, such as <c>ENOENT</c>.</summary>
    public string? Error { get; init; }

    /// <summary>Who did it.</summary>
    public ProcessInfo? Process { get; init; }

    /// <inheritdoc/>
    public override AuditStream Stream => AuditStream.Ebpf;

    /// <inheritdoc/>
    internal override string? Collector => "files";

    private ReadOnlySpan<byte> Verb => Action switch
    {
        FileAction.Open => "open"u8,
        FileAction.Read => "read"u8,
        FileAction.Write => "write"u8,
        FileAction.Create => "create"u8,
        FileAction.Unlink => "unlink"u8,
        _ => "rename"u8,
    };

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp)
    {
        Span<char> room = stackalloc char[Sentence.MaxChars];
        var text = new Sentence(room);
        text.Put(Process?.Name ?? "A process");
        text.Put(Action switch { FileAction.Open => " opened ", FileAction.Read => " read ", FileAction.Write => " wrote ", FileAction.Create => " made ", FileAction.Unlink => " deleted ", _ => " renamed to " });
        text.Put(Path);
        text.Put(Error is null ? "." : ": ");
        if (Error is not null) text.Put(Error);
        json.WriteStartObject();
        EnvelopeWriter.Head(json, this, text.Text);
        EnvelopeWriter.Event(json, this, stamp, new EventClass
        {
            Category = "file"u8,
            Type = Action switch { FileAction.Open or FileAction.Read => "access"u8, FileAction.Create => "creation"u8, FileAction.Unlink => "deletion"u8, _ => "change"u8 },
            Action = Verb,
            Outcome = Error is null ? EventOutcome.Success : EventOutcome.Failure,
        });
        WorkloadWriter.Place(json, this, Workload);
        ProcessWriter.Write(json, Process);
        WriteFile(json);
        EnvelopeWriter.Nested(json, Fields.Error, Fields.Code, Error);
        EnvelopeWriter.Begin(json, this, stamp);
        json.WriteStartObject(Fields.File);
        EnvelopeWriter.Optional(json, Fields.Before, PathBefore);
        EnvelopeWriter.Optional(json, Fields.Bytes, Bytes);
        EnvelopeWriter.Optional(json, Fields.Count, Count);
        json.WriteEndObject();
        EnvelopeWriter.End(json);
    }

    private void WriteFile(Utf8JsonWriter json)
    {
        var path = Path.AsSpan();
        var slash = path.LastIndexOf('/');
        var name = path[(slash + 1)..];
        json.WriteStartObject(Fields.File);
        json.WriteString(Fields.Path, path);
        if (!name.IsEmpty) json.WriteString(Fields.Name, name);
        if (slash >= 0) json.WriteString(Fields.Directory, slash == 0 ? "/" : path[..slash]);
        // A name that begins with its only dot has no extension.
        if (name.LastIndexOf('.') is > 0 and var dot && dot + 1 < name.Length) json.WriteString(Fields.Extension, name[(dot + 1)..]);
        EnvelopeWriter.Optional(json, Fields.Inode, Inode);
        EnvelopeWriter.Optional(json, Fields.Device, Device);
        EnvelopeWriter.Optional(json, Fields.Mode, Mode);
        EnvelopeWriter.Optional(json, Fields.Uid, Uid);
        EnvelopeWriter.Optional(json, Fields.Gid, Gid);
        json.WriteEndObject();
    }
}
