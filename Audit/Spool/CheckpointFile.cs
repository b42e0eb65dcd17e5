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
    private const uint Version = 1;
    private const string Name = "checkpoint";

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
        var path = Path.Combine(directory, Name);
        var isNew = !File.Exists(path);
        var checkpoint = new CheckpointFile(files, files.OpenOrCreate(path));
        try
        {
            if (isNew) files.SyncDirectory(directory);
            else checkpoint.Load();
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Throws <see cref="SpoolUnavailableException"/> for the format of a newer program.</summary>
    public static void Know(string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!File.Exists(path)) return;
        using var file = Segment.OpenForReading(path);
        Span<byte> bytes = stackalloc byte[SlotBytes];
        for (ulong parity = 0; parity < 2; parity++)
            if (IsSound(file, bytes, SlotOf(parity)))
                SpoolFormat.Know(path, (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]), (int)Version);
    }

    /// <summary>Returns when the position is on the disk.</summary>
    public void Write(ulong position)
    {
        slot.AsSpan().Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(slot, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(slot.AsSpan(4), Version);
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

    private static bool IsSound(SafeFileHandle file, Span<byte> slot, long offset) =>
        RandomAccess.Read(file, slot, offset) == SlotBytes && BinaryPrimitives.ReadUInt32LittleEndian(slot) == Magic
        && BinaryPrimitives.ReadUInt32LittleEndian(slot[(SlotBytes - 4)..]) == Crc32C.Compute(slot[..(SlotBytes - 4)]);

    private void Load()
    {
        Span<byte> bytes = stackalloc byte[SlotBytes];
        for (ulong parity = 0; parity < 2; parity++)
        {
            if (!IsSound(file, bytes, SlotOf(parity)) || BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) is var read && read <= generation) continue;
            bytes.CopyTo(slot);
            generation = read;
            Position = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        }

        if (generation == 0) return;
        // An earlier life may have been killed before it was synced, or after a sync that failed. The same bytes in the same place, because the other slot is the one that is on the disk for sure.
        files.Write(file, slot, SlotOf(generation));
        files.Sync(file);
    }
}
