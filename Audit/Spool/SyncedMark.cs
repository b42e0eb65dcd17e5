using System.Buffers.Binary;

namespace Coral.Audit.Spool;

/// <summary>
/// The file <c>synced</c>: how far everything was on the disk when a life ended in peace, so that the next one need not write it anew. It is never synced itself: what it says stays true, and when it is lost the next
/// start takes a little longer. 40 bytes, little endian: 8 magic, u16 version, zeros, u64 writer at 12, u32 epoch at 20, u64 sequence at 24, zeros, u32 CRC-32C.
/// </summary>
internal static class SyncedMark
{
    private const int Bytes = 40;
    private const int Version = 1;
    private const string Name = "synced";

    private static ReadOnlySpan<byte> Magic => "CORALSYN"u8;

    public static void Write(string directory, SpoolFiles files, WriterIdentity life, ulong synced)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        bytes.Clear();
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[12..], life.Writer);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[20..], life.Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], synced);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(Bytes - 4)..], Crc32C.Compute(bytes[..(Bytes - 4)]));
        using var file = files.Create(Path.Combine(directory, Name));
        files.Write(file, bytes, 0);
    }

    /// <summary>What it says of the life that wrote the last segment, or 0: of another one nothing is known, as where someone deleted segments.</summary>
    public static ulong Read(string directory, SegmentHeader? last)
    {
        var path = Path.Combine(directory, Name);
        if (last is not { } header || !File.Exists(path)) return 0;
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        if (SpoolFormat.VersionOf(bytes, Magic) != Version || bytes.Length != Bytes) return 0;
        var life = new WriterIdentity(BinaryPrimitives.ReadUInt64LittleEndian(bytes[12..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]));
        return life == new WriterIdentity(header.Writer, header.Epoch) ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]) : 0;
    }
}
