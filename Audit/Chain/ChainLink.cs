using System.Security.Cryptography;
using System.Text;

namespace Coral.Audit.Chain;

/// <summary>
/// What ties a document to the one before it: <c>hash = SHA-256(prev ‖ id ‖ body)</c>, where the body is the document up to its last two brackets as it was written, without the link itself. The link is the last
/// member of <c>coral</c>, so that it can be taken off again without parsing: <c>,"chain":{"prev":"64 hex digits","hash":"64 hex digits"}}}</c>. The id, which is not in the body alone, ties the document to its
/// place (`research/audit-pipeline.md` §8).
/// </summary>
internal static class ChainLink
{
    public const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>How many bytes a link adds to a document.</summary>
    public const int Added = SuffixBytes - 2;

    private const int HexBytes = HashBytes * 2;
    private const int SuffixBytes = 18 + HexBytes + 10 + HexBytes + 4;

    private static ReadOnlySpan<byte> Open => ",\"chain\":{\"prev\":\""u8;

    private static ReadOnlySpan<byte> Middle => "\",\"hash\":\""u8;

    private static ReadOnlySpan<byte> Close => "\"}}}"u8;

    /// <summary>Where a chain begins.</summary>
    public static ReadOnlySpan<byte> Nothing => new byte[HashBytes];

    /// <summary>Puts the link into a document that was given <see cref="Added"/> bytes more room than it needs; writes the document's hash to <paramref name="hash"/>.</summary>
    public static void Write(Span<byte> document, ReadOnlySpan<byte> id, ReadOnlySpan<byte> previous, IncrementalHash sha, Span<byte> hash)
    {
        var body = document[..^SuffixBytes];
        if (!document.Slice(body.Length, 2).SequenceEqual("}}"u8)) throw new InvalidOperationException("the document does not end with the object 'coral'");
        Compute(previous, id, body, sha, hash);
        var suffix = document[body.Length..];
        Open.CopyTo(suffix);
        WriteHex(previous, suffix[Open.Length..]);
        Middle.CopyTo(suffix[(Open.Length + HexBytes)..]);
        WriteHex(hash, suffix[(Open.Length + HexBytes + Middle.Length)..]);
        Close.CopyTo(suffix[^Close.Length..]);
    }

    /// <summary>Takes the link off a document as it was written. False when it does not end with one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> document, out ReadOnlySpan<byte> body, Span<byte> previous, Span<byte> hash)
    {
        body = default;
        if (document.Length < SuffixBytes) return false;
        var suffix = document[^SuffixBytes..];
        if (!suffix.StartsWith(Open) || !suffix.EndsWith(Close) || !suffix[(Open.Length + HexBytes)..].StartsWith(Middle)) return false;
        body = document[..^SuffixBytes];
        return TryHex(suffix.Slice(Open.Length, HexBytes), previous) && TryHex(suffix.Slice(Open.Length + HexBytes + Middle.Length, HexBytes), hash);
    }

    public static void Compute(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> id, ReadOnlySpan<byte> body, IncrementalHash sha, Span<byte> hash)
    {
        sha.AppendData(previous);
        sha.AppendData(id);
        sha.AppendData(body);
        sha.GetHashAndReset(hash);
    }

    /// <summary>False when that is no hash in hex digits.</summary>
    public static bool TryHex(ReadOnlySpan<byte> hex, Span<byte> hash) =>
        hex.Length == HexBytes && Convert.FromHexString(hex, hash, out _, out var written) == System.Buffers.OperationStatus.Done && written == HashBytes;

    private static void WriteHex(ReadOnlySpan<byte> bytes, Span<byte> hex) => Convert.TryToHexStringLower(bytes, hex[..HexBytes], out _);
}
