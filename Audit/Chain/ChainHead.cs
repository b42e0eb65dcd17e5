using System.Buffers.Binary;
using System.Security.Cryptography;
using Coral.Audit.Spool;

namespace Coral.Audit.Chain;

/// <summary>
/// The hash of the last document of a spool, from which the next one goes on. It is found in the last frame; when the spool lets go of its last frame it is kept in the file <c>chain</c>: 64 bytes, little endian: 8 magic,
/// u16 version, zeros, u64 sequence at 16, hash at 24, zeros, u32 CRC-32C. Not thread safe.
/// </summary>
internal sealed class ChainHead : IDisposable
{
    private const int Bytes = 64;
    private const ushort Version = 1;
    private const string Name = "chain";

    private readonly IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] head = new byte[ChainLink.HashBytes];
    private readonly byte[] next = new byte[ChainLink.HashBytes];

    private static ReadOnlySpan<byte> Magic => "CORALCHN"u8;

    /// <summary>Goes on after the last frame of an earlier life, or after what the file says of that sequence, or begins a chain.</summary>
    public static ChainHead Open(string directory, SpoolFrame? last, ulong sequence)
    {
        var chain = new ChainHead();
        Span<byte> previous = stackalloc byte[ChainLink.HashBytes];
        if (last is not { } frame)
        {
            chain.Load(directory, sequence);
            return chain;
        }

        if (!ChainLink.TryRead(frame.Document.Span, out _, previous, chain.head)) chain.head.AsSpan().Clear();
        chain.Sequence = frame.Sequence;
        return chain;
    }

    /// <summary>The last document's number, 0 for none. After a power loss it can be less than that of the last number given.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>The last document's hash, zeros for none.</summary>
    public string Hash => Convert.ToHexStringLower(head);

    /// <summary>Links a document to the last one. It counts only after <see cref="Accept"/>.</summary>
    public void Link(Span<byte> document, ReadOnlySpan<byte> id) => ChainLink.Write(document, id, head, sha, next);

    /// <summary>The document that was linked last is in the spool.</summary>
    public void Accept(ulong sequence)
    {
        next.CopyTo(head, 0);
        Sequence = sequence;
    }

    /// <summary>Returns when it is on the disk.</summary>
    public void Save(string directory, SpoolFiles files, ulong sequence)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        bytes.Clear();
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], sequence);
        head.CopyTo(bytes[24..]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(Bytes - 4)..], Crc32C.Compute(bytes[..(Bytes - 4)]));
        files.Replace(Path.Combine(directory, Name), bytes);
    }

    public void Dispose() => sha.Dispose();

    /// <summary>Throws <see cref="SpoolUnavailableException"/> for the format of a newer program.</summary>
    public static void Know(string directory) => Read(directory);

    /// <summary>Nothing for damage: a chain begins anew then.</summary>
    private static ReadOnlySpan<byte> Read(string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!File.Exists(path)) return default;
        var bytes = File.ReadAllBytes(path);
        var version = SpoolFormat.VersionOf(bytes, Magic);
        SpoolFormat.Know(path, version, Version);
        return version == 0 || bytes.Length != Bytes ? default : bytes;
    }

    private void Load(string directory, ulong sequence)
    {
        var bytes = Read(directory);
        if (bytes.IsEmpty) return;
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]) != sequence) return;
        bytes.Slice(24, ChainLink.HashBytes).CopyTo(head);
        Sequence = sequence;
    }
}
