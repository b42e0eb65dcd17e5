using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Coral.Audit.Chain.Checkpoints;

/// <summary>
/// What a checkpoint says: how far a writer's chain had come, and when. Its text is what is signed: eleven lines in a fixed order, in ASCII, each ended by a line feed, so that an auditor can check a signature
/// with any tool (`docs/decisions/0014-checkpoints-are-signed-text.md`). Immutable.
/// </summary>
public sealed record Checkpoint
{
    private const string Head = "coral-audit-checkpoint 1";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int Lines = 11;

    private static readonly string[] Names = ["writer", "epoch", "sequence", "hash", "count", "time", "next", "previous", "key", "old-key"];

    /// <summary>Whose chain.</summary>
    public required ulong Writer { get; init; }

    /// <summary>In which life of the writer it was signed.</summary>
    public required uint Epoch { get; init; }

    /// <summary>The last document that it covers, and with it all before; 0 for none.</summary>
    public required ulong Sequence { get; init; }

    /// <summary>That document's hash, 64 hex digits.</summary>
    public required string Hash { get; init; }

    /// <summary>How many documents came since the checkpoint before.</summary>
    public required ulong Count { get; init; }

    /// <summary>When it was signed, UTC, in whole milliseconds.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>By when the next one comes; null where the writer stopped.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>SHA-256 of the text of the checkpoint before, 64 hex digits; null for the first.</summary>
    public string? Previous { get; init; }

    /// <summary>The id of the key that signs.</summary>
    public required string Key { get; init; }

    /// <summary>The id of the key that signed before and signs this one too; null where the key did not change.</summary>
    public string? OldKey { get; init; }

    /// <summary>The bytes that are signed.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"""
        {Head}
        writer {Writer:x16}
        epoch {Epoch}
        sequence {Sequence}
        hash {Hash}
        count {Count}
        time {Stamp(Time)}
        next {(Next is { } next ? Stamp(next) : "-")}
        previous {Previous ?? "-"}
        key {Key}
        old-key {OldKey ?? "-"}

        """);

    /// <summary>SHA-256 of <see cref="Text"/>, 64 hex digits: what the next one calls <see cref="Previous"/>.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Text)));

    /// <summary>Null unless it is exactly such a text: one statement has one text only.</summary>
    public static Checkpoint? Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length != Lines + 1 || lines[0] != Head) return null;
        var values = new string[Names.Length];
        for (var i = 0; i < Names.Length; i++)
        {
            if (!lines[i + 1].StartsWith(Names[i] + " ", StringComparison.Ordinal)) return null;
            values[i] = lines[i + 1][(Names[i].Length + 1)..];
        }

        if (!ulong.TryParse(values[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var writer)
            || !uint.TryParse(values[1], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            || !ulong.TryParse(values[2], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            || !ulong.TryParse(values[4], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || ParseStamp(values[5]) is not { } time
            || (values[6] != "-" && ParseStamp(values[6]) is null)) return null;
        if (!IsHash(values[3]) || !IsHash(values[8]) || (values[7] != "-" && !IsHash(values[7])) || (values[9] != "-" && !IsHash(values[9]))) return null;
        var checkpoint = new Checkpoint
        {
            Writer = writer,
            Epoch = epoch,
            Sequence = sequence,
            Hash = values[3],
            Count = count,
            Time = time,
            Next = ParseStamp(values[6]),
            Previous = values[7] == "-" ? null : values[7],
            Key = values[8],
            OldKey = values[9] == "-" ? null : values[9],
        };
        return checkpoint.Text == text ? checkpoint : null;
    }

    /// <summary>What a text keeps of a time.</summary>
    internal static DateTimeOffset Whole(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    /// <summary>A time as the text has it.</summary>
    internal static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static DateTimeOffset? ParseStamp(string text) =>
        DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static bool IsHash(string text) => text.Length == ChainLink.HashBytes * 2 && text.All(char.IsAsciiHexDigitLower);
}
