using System.Buffers.Binary;

namespace Coral.Audit.Spool;

/// <summary>
/// What the small files of a spool have in common: 8 bytes magic, u16 version, and a CRC-32C of all before it at the very end. Formats to come keep to this, so that an older program can tell a newer format from damage.
/// </summary>
internal static class SpoolFormat
{
    /// <summary>0 for damage and for files of another kind.</summary>
    public static int VersionOf(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> magic) =>
        bytes.Length >= magic.Length + 6 && bytes.StartsWith(magic) && BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) == Crc32C.Compute(bytes[..^4])
            ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[magic.Length..])
            : 0;

    /// <summary>Refuses what a newer program wrote. To be asked before anything in the folder is changed.</summary>
    public static void Know(string path, int version, int newest)
    {
        if (version > newest)
            throw new SpoolUnavailableException($"{path}: spool format {version} is newer than this program ({newest}); use the program that wrote it. Nothing was changed.");
    }
}
