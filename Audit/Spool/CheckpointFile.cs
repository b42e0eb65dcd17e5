using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Coral.Audit.Spool;

/// <summary>
/// Up to which sequence everything is done with. Two slots, 4096 bytes apart so that no sector holds both, written in turn: a torn write costs the newer position, never both.
/// A slot is 32 bytes, little endian: u32 magic, u32 version, u64 generation, u64 sequence, zeros, u32 CRC-32C.
/// </summary>
internal sealed class CheckpointFile : IDisposable
{
    private const int SlotBytes = 32;
    private const int SlotDistance = 4096;
    private const uint Magic = 0x504B_4343;

    private readonly SpoolFiles files;
    private readonly SafeFileHandle file;
    private readonly byte[] slot = new byte[SlotBytes];
    private ulong generation;

    private CheckpointFile(SpoolFiles files, SafeFileHandle file)
    {
        this.files = files;
        this.file = file;
    }

    public ulong Position { get; private set; }

    public static CheckpointFile Open(string directory, SpoolFiles files)
    {
        var path = Path.Combine(directory, "checkpoint");
        var isNew = !File.Exists(path);
        var checkpoint = new CheckpointFile(files, files.OpenOrCreate(path));
        if (isNew) files.SyncDirectory(directory);
        else checkpoint.Load();
        return checkpoint;
    }

    /// <summary>Returns when the position is on the disk.</summary>
    public void Write(ulong position)
    {
        slot.AsSpan().Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(slot, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(slot.AsSpan(4), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(slot.AsSpan(8), generation + 1);
        BinaryPrimitives.WriteUInt64LittleEndian(slot.AsSpan(16), position);
        BinaryPrimitives.WriteUInt32LittleEndian(slot.AsSpan(SlotBytes - 4), Crc32C.Compute(slot.AsSpan(0, SlotBytes - 4)));
        files.Write(file, slot, SlotOf(generation + 1));
        files.Sync(file);
        generation++;
        Position = position;
    }

    public void Dispose() => file.Dispose();

    private static long SlotOf(ulong generation) => (long)(generation % 2) * SlotDistance;

    private void Load()
    {
        for (ulong parity = 0; parity < 2; parity++)
        {
            var bytes = slot.AsSpan();
            if (RandomAccess.Read(file, bytes, SlotOf(parity)) < SlotBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic) continue;
            if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[(SlotBytes - 4)..]) != Crc32C.Compute(bytes[..(SlotBytes - 4)])) continue;
            var read = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
            if (read <= generation) continue;
            generation = read;
            Position = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        }
    }
}
