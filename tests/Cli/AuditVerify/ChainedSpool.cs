using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Coral.Audit.Events;
using Coral.Audit.Spool;
using Coral.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Cli.Tests.AuditVerify;

/// <summary>A spool whose bytes are the same each time, and somebody who can write its frames anew, checksums and all.</summary>
internal sealed class ChainedSpool : IDisposable
{
    internal const int SegmentHead = 64;
    internal const int Count = 9;

    private const int FrameHead = 20;
    private const int Link = 160;
    private static readonly DateTimeOffset Noon = new FakeTimeProvider().GetUtcNow();
    private readonly Folder folder = new();
    private int written;

    internal ChainedSpool() => NameWriter(0x0123_4567_89ab_cdef);

    /// <summary>The folder.</summary>
    internal string Path => folder.Path;

    internal List<(string Id, string Document)> Documents => [.. SpoolReader.Open(Path).Forward().Select(frame => (frame.Id, Encoding.UTF8.GetString(frame.Document.Span)))];

    /// <summary>Three lives of three documents each.</summary>
    internal static async Task<ChainedSpool> Make()
    {
        var spool = new ChainedSpool();
        for (var life = 0; life < 3; life++) await spool.AppendAsync(Count / 3);
        return spool;
    }

    /// <summary>Another life of the writer.</summary>
    internal async Task AppendAsync(int count)
    {
        await using var spool = AuditSpool.Open(new SpoolOptions { Directory = Path }, new FakeTimeProvider(), NullLogger.Instance);
        for (var i = 0; i < count; i++) spool.Append(Decision(++written));
    }

    /// <summary>The writer's number, with the lives that it had. The layout is that of <c>WriterIdentity</c>.</summary>
    internal void NameWriter(ulong number)
    {
        var bytes = new byte[32];
        "CORALWRI"u8.CopyTo(bytes);
        bytes[8] = 1;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(12), number);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(28), Checksum(bytes.AsSpan(0, 28)));
        File.WriteAllBytes(System.IO.Path.Combine(Path, "writer"), bytes);
    }

    /// <summary>Changes documents, by their numbers from 1; null takes one out. The frame keeps its id and its number, and its checksum fits.</summary>
    internal void Tamper(Func<ulong, byte[], byte[]?> change)
    {
        foreach (var file in Directory.EnumerateFiles(Path, "*.seg"))
        {
            var bytes = File.ReadAllBytes(file);
            var anew = new List<byte>(bytes[..SegmentHead]);
            for (var at = SegmentHead; at < bytes.Length;)
            {
                var frame = bytes.AsSpan(at, (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at)));
                at += frame.Length;
                var document = FrameHead + frame[18] + frame[19];
                if (change(BinaryPrimitives.ReadUInt64LittleEndian(frame[8..]), frame[document..^4].ToArray()) is { } changed) anew.AddRange(Seal([.. frame[..document], .. changed, 0, 0, 0, 0]));
            }

            File.WriteAllBytes(file, [.. anew]);
        }
    }

    /// <summary>The document without what ties it to the one before.</summary>
    internal static byte[] Unlink(byte[] document) => [.. document[..^Link], .. "}}"u8];

    public void Dispose() => folder.Dispose();

    private static byte[] Seal(byte[] frame)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)frame.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(frame.Length - 4), (uint)frame.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), Checksum(frame.AsSpan(8, frame.Length - 12)));
        return frame;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = ~0u;
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    internal static DecisionEvent Decision(int number) => new()
    {
        Timestamp = Noon.AddMinutes(number),
        Origin = new AuditOrigin { Service = "coral-webhook" },
        DecisionId = $"00000000-0000-4000-8000-{number:D12}",
        Uid = $"00000000-0000-4000-8000-{number:D12}",
        Operation = "CREATE",
        Decision = "injected",
        Reason = "proved-minimal",
        Action = "sidecar-inject",
        Namespace = "shop",
        Name = $"web-{number}",
    };
}
