using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Coral.Audit.Chain.Checkpoints;

/// <summary>Checkpoints outside of documents: one JSON object a line.</summary>
internal static class CheckpointLines
{
    // Base64 has "+", which the default encoder makes six characters of.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The lines, each ended by a line feed.</summary>
    public static byte[] Write(IEnumerable<SignedCheckpoint> checkpoints)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        foreach (var checkpoint in checkpoints)
        {
            using (var json = new Utf8JsonWriter(buffer, Options))
            {
                json.WriteStartObject();
                checkpoint.Write(json);
                json.WriteEndObject();
            }

            buffer.Write("\n"u8);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The checkpoints in the lines; null for each line that is none.</summary>
    public static IEnumerable<SignedCheckpoint?> Read(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ReadLine);

    private static SignedCheckpoint? ReadLine(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(Encoding.UTF8.GetBytes(line));
            return SignedCheckpoint.Read(json.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
