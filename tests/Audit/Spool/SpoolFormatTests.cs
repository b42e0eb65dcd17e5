using System.Text;
using Coral.Audit.Chain;
using Coral.Audit.Spool;
using Coral.Testing;

namespace Coral.Audit.Tests.Spool;

public sealed class SpoolFormatTests
{
    [Fact]
    public async Task A_segment_is_these_bytes()
    {
        using var work = new Workspace();
        await work.Fill(2);
        Golden.Check("segment.hex", HexDump(File.ReadAllBytes(work.OnlySegment)));
    }

    [Fact]
    public void An_old_segment_can_still_be_read()
    {
        using var work = new Workspace();
        var dump = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "Audit", "Golden", "segment.hex"));
        File.WriteAllBytes(Path.Combine(work.Spool, "00000000000000000001.seg"), Convert.FromHexString(string.Concat(dump.Select(line => line[10..58].Replace(" ", "")))));
        Assert.Equal([1ul, 2], work.Read().Select(frame => frame.Sequence));
    }

    [Fact]
    public async Task A_document_id_has_32_characters_and_sorts_in_the_order_of_writing()
    {
        using var work = new Workspace();
        await work.Fill(40);
        await work.Fill(40);
        var ids = work.Read().Select(frame => frame.Id).ToList();
        Assert.Equal(80, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[0-9a-v]{32}$", id));
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal("04hkaps9lf6uu000000g000000000001", ids[0]);
    }

    [Fact]
    public async Task A_receipt_names_the_id_that_stands_in_frame_and_document()
    {
        using var work = new Workspace();
        await using var spool = work.Open();
        var receipt = spool.Append(Samples.Decision(1));
        var frame = Assert.Single(work.Read());
        Assert.Equal(receipt.Id, frame.Id);
        Assert.Equal("logs-coral.audit-default", frame.Stream);
        Assert.Contains($"\"id\":\"{receipt.Id}\",\"sequence\":1,", Encoding.UTF8.GetString(frame.Document.Span));
    }

    [Fact]
    public async Task A_format_of_a_newer_program_is_refused_and_left_alone()
    {
        using var work = new Workspace();
        await work.Fill(1);
        var bytes = File.ReadAllBytes(work.OnlySegment);
        bytes[8] = 2;
        BitConverter.GetBytes(Crc32C.Compute(bytes.AsSpan(0, 60))).CopyTo(bytes, 60);
        File.WriteAllBytes(work.OnlySegment, bytes);
        var error = Assert.Throws<SpoolUnavailableException>(() => work.Open());
        Assert.Contains("newer", error.Message);
        Assert.Equal(bytes, File.ReadAllBytes(work.OnlySegment));
        Assert.Throws<SpoolUnavailableException>(() => work.Read());
    }

    [Theory]
    [InlineData("writer", 8, 32)]
    [InlineData("writer", 8, 48)]
    [InlineData("chain", 8, 64)]
    [InlineData("chain", 8, 80)]
    [InlineData("checkpoint", 4, 32)]
    [InlineData("checkpoint", 4100, 4128)]
    public async Task A_newer_format_of_any_file_is_refused_and_left_alone(string name, int version, int length)
    {
        using var work = new Workspace();
        await using (var spool = work.Open())
        {
            spool.Append(Samples.Decision(1));
            for (ulong i = 0; i < 3; i++) spool.Acknowledge(i % 2);
        }

        using (var chain = ChainHead.Open(work.Spool, null, 0)) chain.Save(work.Spool, new SpoolFiles(), 1);
        await File.AppendAllTextAsync(work.OnlySegment, "a torn tail");
        await File.WriteAllTextAsync(work.OnlySegment + ".new", "unfinished");
        // As long as the newer program likes, with the checksum at the end.
        var path = Path.Combine(work.Spool, name);
        var bytes = File.ReadAllBytes(path);
        var rest = name == "checkpoint" ? bytes[Math.Min(length, bytes.Length)..] : [];
        Array.Resize(ref bytes, length);
        bytes[version] = 2;
        BitConverter.GetBytes(Crc32C.Compute(bytes.AsSpan(version > 4096 ? 4096 : 0)[..^4])).CopyTo(bytes, length - 4);
        File.WriteAllBytes(path, [.. bytes, .. rest]);
        var before = Contents(work);
        var error = Assert.Throws<SpoolUnavailableException>(() => work.Open());
        Assert.Equal($"{path}: spool format 2 is newer than this program (1); use the program that wrote it. Nothing was changed.", error.Message);
        Assert.Equal(before, Contents(work));
    }

    [Fact]
    public void The_checksum_is_castagnoli()
    {
        // The check value that every catalogue of CRCs lists for CRC-32C.
        Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8));
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
    }

    private static Dictionary<string, string> Contents(Workspace work) =>
        Directory.GetFiles(work.Spool).Where(path => !Path.GetFileName(path).StartsWith("lock", StringComparison.Ordinal)).ToDictionary(path => path, path => Convert.ToHexString(File.ReadAllBytes(path)));

    private static string HexDump(byte[] bytes)
    {
        var text = new StringBuilder();
        for (var at = 0; at < bytes.Length; at += 16)
        {
            var line = bytes.AsSpan(at, Math.Min(16, bytes.Length - at));
            text.Append($"{at:x8}  ");
            for (var i = 0; i < 16; i++) text.Append(i < line.Length ? $"{line[i]:x2} " : "   ");
            text.Append(' ');
            foreach (var value in line) text.Append(value is >= 0x20 and < 0x7f ? (char)value : '.');
            text.Append('\n');
        }

        return text.ToString();
    }
}
