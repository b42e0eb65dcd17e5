using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Coral.Policies.PodSecurity;

namespace Coral.Cli.Pss;

/// <summary>One JSON line an object. The names and their order are stable; every member is always there, null where it has no value.</summary>
internal sealed class JsonVerdicts : IVerdicts, IDisposable
{
    private const int Enough = 64 * 1024;

    private readonly Terminal terminal;
    private readonly JsonEncodedText level;
    private readonly JsonEncodedText version;
    private readonly ArrayBufferWriter<byte> buffer = new(2 * Enough);
    private readonly Utf8JsonWriter json;

    internal JsonVerdicts(Terminal terminal, LevelVersion asked)
    {
        this.terminal = terminal;
        level = JsonEncodedText.Encode(asked.Level.ToText());
        version = JsonEncodedText.Encode(asked.Version.ToString());
        json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public void Add(string label, string? ns, Verdict verdict)
    {
        json.Reset();
        json.WriteStartObject();
        json.WriteString("object"u8, label);
        json.WriteString("namespace"u8, ns);
        json.WriteString("level"u8, level);
        json.WriteString("version"u8, version);
        json.WriteBoolean("allowed"u8, verdict.Allowed);
        json.WriteStartArray("violations"u8);
        foreach (var violation in verdict.Violations)
        {
            json.WriteStartObject();
            json.WriteString("check"u8, violation.Check);
            json.WriteString("reason"u8, violation.Reason);
            json.WriteString("detail"u8, violation.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        buffer.Write("\n"u8);
        if (buffer.WrittenCount > Enough) Drain();
    }

    public void Flush()
    {
        Drain();
        terminal.Out.Flush();
    }

    public void End(long allowed, long refused) => Drain();

    public void Dispose() => json.Dispose();

    /// <summary>Whole lines go to the terminal's text, so no character is cut in two.</summary>
    private void Drain()
    {
        var chars = ArrayPool<char>.Shared.Rent(buffer.WrittenCount);
        var count = Encoding.UTF8.GetChars(buffer.WrittenSpan, chars);
        terminal.Out.Write(chars.AsSpan(0, count));
        ArrayPool<char>.Shared.Return(chars);
        buffer.ResetWrittenCount();
    }
}
