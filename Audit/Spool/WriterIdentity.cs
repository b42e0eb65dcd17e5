using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Coral.Audit.Spool;

/// <summary>
/// Who writes: a random number that the folder keeps, and how often it was started. The epoch is on the disk before the first frame of a life, so a number is never given twice,
/// not even when an old image of the folder comes back. 32 bytes, little endian: 8 magic, u16 version, zeros, u64 writer at 12, u32 epoch at 20, zeros, u32 CRC-32C.
/// </summary>
internal readonly record struct WriterIdentity(ulong Writer, uint Epoch)
{
    private const int Bytes = 32;
    private const ushort Version = 1;
    private const string Name = "writer";

    private static ReadOnlySpan<byte> Magic => "CORALWRI"u8;

    /// <summary>Begins a new life. A lost or damaged file gives a new writer, whose ids can't meet the old one's.</summary>
    public static WriterIdentity Begin(string directory, SpoolFiles files, ulong? newWriter)
    {
        var path = Path.Combine(directory, Name);
        var next = Read(path) is { } old
            ? old with { Epoch = old.Epoch + 1 }
            : new WriterIdentity(newWriter ?? BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)), 1);
        files.Replace(path, next.ToBytes());
        return next;
    }

    /// <summary>Throws <see cref="SpoolUnavailableException"/> for the format of a newer program.</summary>
    public static void Know(string directory) => Read(Path.Combine(directory, Name));

    private static WriterIdentity? Read(string path)
    {
        if (!File.Exists(path)) return null;
        var bytes = File.ReadAllBytes(path);
        var version = SpoolFormat.VersionOf(bytes, Magic);
        SpoolFormat.Know(path, version, Version);
        if (version == 0 || bytes.Length != Bytes) return null;
        return new WriterIdentity(BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(12)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(20)));
    }

    private byte[] ToBytes()
    {
        var bytes = new byte[Bytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(12), Writer);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(20), Epoch);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Bytes - 4), Crc32C.Compute(bytes.AsSpan(0, Bytes - 4)));
        return bytes;
    }
}
