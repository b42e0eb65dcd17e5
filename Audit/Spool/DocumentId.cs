using System.Buffers.Binary;

namespace Coral.Audit.Spool;

/// <summary>
/// The id of a document: who wrote it, in which life, as which one. Its text is base32hex of the 20 bytes, 32 characters in lower case, so that the order of texts is the order of writing
/// (`research/audit-pipeline.md` §3.4).
/// </summary>
internal readonly record struct DocumentId(ulong Writer, uint Epoch, ulong Sequence)
{
    public const int TextBytes = 32;

    private static ReadOnlySpan<byte> Alphabet => "0123456789abcdefghijklmnopqrstuv"u8;

    public void WriteText(Span<byte> text)
    {
        Span<byte> raw = stackalloc byte[20];
        BinaryPrimitives.WriteUInt64BigEndian(raw, Writer);
        BinaryPrimitives.WriteUInt32BigEndian(raw[8..], Epoch);
        BinaryPrimitives.WriteUInt64BigEndian(raw[12..], Sequence);
        // Five bytes are exactly eight characters.
        for (var group = 0; group < 4; group++)
        {
            ulong bits = 0;
            for (var i = 0; i < 5; i++) bits = (bits << 8) | raw[(group * 5) + i];
            for (var i = 7; i >= 0; i--, bits >>= 5) text[(group * 8) + i] = Alphabet[(int)(bits & 31)];
        }
    }

    /// <summary>Null when the text is no id.</summary>
    public static DocumentId? Parse(string text)
    {
        if (text.Length != TextBytes) return null;
        Span<byte> raw = stackalloc byte[20];
        for (var group = 0; group < 4; group++)
        {
            ulong bits = 0;
            foreach (var character in text.AsSpan(group * 8, 8))
            {
                var value = char.IsAscii(character) ? Alphabet.IndexOf((byte)character) : -1;
                if (value < 0) return null;
                bits = (bits << 5) | (uint)value;
            }

            for (var i = 4; i >= 0; i--, bits >>= 8) raw[(group * 5) + i] = (byte)bits;
        }

        return new DocumentId(BinaryPrimitives.ReadUInt64BigEndian(raw), BinaryPrimitives.ReadUInt32BigEndian(raw[8..]), BinaryPrimitives.ReadUInt64BigEndian(raw[12..]));
    }

    public override string ToString() => string.Create(TextBytes, this, static (chars, id) =>
    {
        Span<byte> text = stackalloc byte[TextBytes];
        id.WriteText(text);
        for (var i = 0; i < TextBytes; i++) chars[i] = (char)text[i];
    });
}
