using System.Buffers.Binary;

namespace Coral.Audit.Spool;

/// <summary>
/// The first 64 bytes of a segment. Little endian: 8 bytes magic, u16 version, u16 header length, u32 epoch, u64 writer, u64 first sequence, i64 created (Unix milliseconds), zeros, u32 CRC-32C of all before.
/// </summary>
internal readonly record struct SegmentHeader(ulong Writer, uint Epoch, ulong First, DateTimeOffset Created)
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
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(Bytes - 4)..], Crc32C.Compute(bytes[..(Bytes - 4)]));
    }

    /// <summary>Returns null for damage: the frames behind it carry all that is needed. Throws for a format that a newer program wrote.</summary>
    public static SegmentHeader? Read(ReadOnlySpan<byte> bytes, string path)
    {
        if (bytes.Length < Bytes || !bytes.StartsWith(Magic)) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[(Bytes - 4)..]) != Crc32C.Compute(bytes[..(Bytes - 4)])) return null;
        var version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        if (version > Version)
            throw new SpoolUnavailableException($"{path}: spool format {version} is newer than this program ({Version}); use the program that wrote it. Nothing was changed.");
        return new SegmentHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes[32..])));
    }
}
