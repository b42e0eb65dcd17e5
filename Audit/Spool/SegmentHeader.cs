using System.Buffers.Binary;

namespace Coral.Audit.Spool;

/// <summary>
/// The first 64 bytes of a segment. Little endian: 8 bytes magic, u16 version, u16 header length, u32 epoch, u64 writer, u64 first sequence, i64 created (Unix milliseconds), u64 synced, zeros, u32 CRC-32C of
/// all before. <c>Synced</c> says up to which sequence all was on the disk when the segment was made, which stays true whatever becomes of the header; older programs left it 0.
/// </summary>
internal readonly record struct SegmentHeader(ulong Writer, uint Epoch, ulong First, DateTimeOffset Created, ulong Synced = 0)
{
    public const int Bytes = 64;
    public const ushort Version = 1;

    private static ReadOnlySpan<byte> Magic => "CORALSPL"u8;

    public void Write(Span<byte> bytes)
    {
        bytes[..Bytes].Clear();
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[10..], Bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], Writer);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], First);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], Created.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[40..], Synced);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(Bytes - 4)..], Crc32C.Compute(bytes[..(Bytes - 4)]));
    }

    /// <summary>Returns null for damage: the frames behind it carry all that is needed. Throws for a format that a newer program wrote.</summary>
    public static SegmentHeader? Read(ReadOnlySpan<byte> bytes, string path)
    {
        if (bytes.Length < Bytes || !bytes.StartsWith(Magic)) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[(Bytes - 4)..]) != Crc32C.Compute(bytes[..(Bytes - 4)])) return null;
        var version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        SpoolFormat.Know(path, version, Version);
        return new SegmentHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes[32..])),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]));
    }
}
