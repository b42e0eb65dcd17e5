using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Coral.Audit.Spool;

namespace Coral.Audit.Shipping;

/// <summary>Why and when a document was refused.</summary>
internal readonly record struct Refusal(string Id, DateTimeOffset At, string Reason);

/// <summary>
/// The reasons beside the dead letters: a file of JSON lines, the last one of an id counts. It is for people: a line that is damaged or missing costs a reason and no document.
/// </summary>
internal static class RefusalLog
{
    private const string Name = "reasons.jsonl";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns when they are on the disk.</summary>
    public static void Append(string directory, SpoolFiles files, IEnumerable<Refusal> refusals)
    {
        using var file = File.OpenHandle(Path.Combine(directory, Name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        files.Write(file, Lines(refusals), RandomAccess.GetLength(file));
        files.Sync(file);
    }

    /// <summary>In the place of all that were there.</summary>
    public static void Replace(string directory, SpoolFiles files, IReadOnlyCollection<Refusal> refusals)
    {
        if (refusals.Count > 0) files.Replace(Path.Combine(directory, Name), Lines(refusals));
        else files.Delete(Path.Combine(directory, Name));
    }

    /// <summary>By the document's id.</summary>
    public static Dictionary<string, Refusal> Read(string directory)
    {
        var found = new Dictionary<string, Refusal>(StringComparer.Ordinal);
        var path = Path.Combine(directory, Name);
        foreach (var line in File.Exists(path) ? File.ReadLines(path) : [])
            if (Parse(line) is { } refusal)
                found[refusal.Id] = refusal;
        return found;
    }

    private static ReadOnlySpan<byte> Lines(IEnumerable<Refusal> refusals)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Options);
        foreach (var refusal in refusals)
        {
            json.Reset();
            json.WriteStartObject();
            json.WriteString("id", refusal.Id);
            json.WriteString("at", refusal.At.UtcDateTime);
            json.WriteString("reason", refusal.Reason);
            json.WriteEndObject();
            json.Flush();
            buffer.Write("\n"u8);
        }

        return buffer.WrittenSpan;
    }

    private static Refusal? Parse(string line)
    {
        try
        {
            var json = JsonElement.Parse(line);
            return json.Find("id").Text() is { } id && json.Find("at") is { ValueKind: JsonValueKind.String } at && at.TryGetDateTimeOffset(out var time) && json.Find("reason").Text() is { } reason
                ? new Refusal(id, time, reason)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
