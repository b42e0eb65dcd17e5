using System.Buffers.Binary;

namespace Coral.Audit.Spool;

/// <summary>What is special about a frame.</summary>
[Flags]
public enum SpoolFrameKinds
{
    /// <summary>A document as it was accepted.</summary>
    None = 0,

    /// <summary>A document that the spool wrote about itself, such as a gap record.</summary>
    Own = 1,

    /// <summary>A document that the search server refused; it stands in the dead-letter folder.</summary>
    DeadLetter = 2,
}

internal enum FrameState
{
    Complete,
    Incomplete,
    Bad,
}

/// <summary>
/// The frame around a document. Little endian: u32 length of the whole frame, u32 CRC-32C of what stands between here and the last length, u64 sequence, u16 kinds, u8 length of the id,
/// u8 length of the stream's name, id, stream, document, u32 length again. Any byte that changes is noticed, and the second length lets a reader go backwards.
/// </summary>
internal static class Frame
{
    public const int HeadBytes = 20;
    public const int TailBytes = 4;

    /// <summary>A longer length can only be damage.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>Closes a frame whose id, stream and document are in place already.</summary>
    public static void Seal(Span<byte> frame, ulong sequence, SpoolFrameKinds kinds, int idBytes, int streamBytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)frame.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[8..], sequence);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[16..], (ushort)kinds);
        frame[18] = (byte)idBytes;
        frame[19] = (byte)streamBytes;
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], Crc32C.Compute(frame[8..^TailBytes]));
        BinaryPrimitives.WriteUInt32LittleEndian(frame[^TailBytes..], (uint)frame.Length);
    }

    /// <summary>Judges the frame that starts at the first byte.</summary>
    public static FrameState Read(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.Length < 4) return FrameState.Incomplete;
        var stated = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (stated is < HeadBytes + TailBytes or > MaxBytes) return FrameState.Bad;
        if (stated > bytes.Length) return FrameState.Incomplete;
        var frame = bytes[..(int)stated];
        if (BinaryPrimitives.ReadUInt32LittleEndian(frame[^TailBytes..]) != stated) return FrameState.Bad;
        if (HeadBytes + frame[18] + frame[19] + TailBytes > frame.Length) return FrameState.Bad;
        if (BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]) != Crc32C.Compute(frame[8..^TailBytes])) return FrameState.Bad;
        length = (int)stated;
        return FrameState.Complete;
    }

    /// <summary>Where the next sound frame starts, or -1: what a reader does after damage.</summary>
    public static int FindNext(ReadOnlySpan<byte> bytes, int from)
    {
        for (var at = from; at + HeadBytes + TailBytes <= bytes.Length; at++)
            if (Read(bytes[at..], out _) == FrameState.Complete)
                return at;
        return -1;
    }

    public static ulong Sequence(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt64LittleEndian(frame[8..]);
}
