using System.Security.Cryptography;
using System.Text;
using Coral.Audit.Chain;

namespace Coral.Audit.Tests.Chain;

/// <summary>What somebody does to stored documents is found, and the first finding says where it begins.</summary>
public sealed class TamperingTests
{
    private const int Count = 9;

    [Fact]
    public async Task A_changed_byte_is_found_wherever_it_is()
    {
        var documents = await DocumentsAsync();
        for (var i = 0; i < documents[4].Document.Length; i++)
        {
            var changed = documents[4].Document.ToArray();
            changed[i] ^= 1;
            var report = ChainTests.Check([.. documents[..4], (documents[4].Id, changed), .. documents[5..]]);
            Assert.True(!report.IsWhole, $"byte {i}");
            Assert.True(report.Findings[0].Sequence is 5 or 6, $"byte {i}: {report.Findings[0]}");
        }
    }

    [Theory]
    [InlineData("edit", ChainFault.Edited, 5)]
    [InlineData("edit and give it the hash that fits", ChainFault.Unlinked, 6)]
    [InlineData("edit and take off the link", ChainFault.NotLinked, 5)]
    [InlineData("edit it and take off its link and those of all before it", ChainFault.Unlinked, 6)]
    [InlineData("delete", ChainFault.Missing, 6)]
    [InlineData("swap the ids of two", ChainFault.Edited, 5)]
    [InlineData("put a copy in the place of another", ChainFault.Edited, 5)]
    [InlineData("cut off the beginning of a life", ChainFault.Missing, 7)]
    [InlineData("store one twice", ChainFault.Doubled, 5)]
    [InlineData("add one of a later life", ChainFault.NewChain, 6)]
    [InlineData("add one of nobody", ChainFault.Foreign, 0)]
    public async Task Each_deed_is_found(string deed, ChainFault fault, ulong at)
    {
        var documents = await DocumentsAsync();
        var (id, document) = documents[4];
        switch (deed)
        {
            case "edit":
                documents[4] = (id, Edit(document));
                break;
            case "edit and give it the hash that fits":
                documents[4] = (id, Rehash(id, Edit(document)));
                break;
            case "edit and take off the link":
                documents[4] = (id, [.. Edit(document)[..^160], .. "}}"u8]);
                break;
            case "edit it and take off its link and those of all before it":
                for (var i = 0; i <= 4; i++) documents[i] = (documents[i].Id, [.. Edit(documents[i].Document)[..^160], .. "}}"u8]);
                break;
            case "delete":
                documents.RemoveAt(4);
                break;
            case "swap the ids of two":
                (documents[4], documents[5]) = ((id, documents[5].Document), (documents[5].Id, document));
                break;
            case "put a copy in the place of another":
                documents[4] = (id, documents[5].Document);
                break;
            case "cut off the beginning of a life":
                documents.RemoveRange(3, 3);
                break;
            case "store one twice":
                documents.Add(documents[4]);
                break;
            case "add one of a later life":
                var late = new Audit.Spool.DocumentId(Workspace.Writer, 9, 6).ToString();
                documents.RemoveRange(5, Count - 5);
                documents.Add((late, Rehash(late, Unlink(document))));
                break;
            default:
                documents.Add(("abc", document));
                break;
        }

        var report = ChainTests.Check(documents);
        Assert.Equal((fault, at), (report.Findings[0].Fault, report.Findings[0].Sequence));
        Assert.Contains(report.Findings[0].Id, report.Findings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_cut_off_at_the_end_shows_only_by_the_hash()
    {
        var documents = await DocumentsAsync();
        var whole = ChainTests.Check(documents);
        var cut = ChainTests.Check(documents[..^1]);
        Assert.True(cut.IsWhole);
        Assert.NotEqual(whole.Chains[0].Hash, cut.Chains[0].Hash);
        Assert.Equal((ulong)Count - 1, cut.Chains[0].Last);
    }

    [Fact]
    public async Task Findings_are_bounded()
    {
        var documents = await DocumentsAsync();
        using var verifier = new ChainVerifier();
        foreach (var (id, document) in documents) verifier.Add(id, document);
        for (var i = 0; i < 1500; i++) verifier.Add(documents[^1].Id, documents[^1].Document);
        Assert.Equal((1000, 500), (verifier.Report.Findings.Length, verifier.Report.MoreFindings));
    }

    /// <summary>Three lives of three documents each.</summary>
    private static async Task<List<(string Id, byte[] Document)>> DocumentsAsync()
    {
        using var work = new Workspace();
        for (var life = 0; life < 3; life++) await work.Fill(Count / 3);
        var documents = ChainTests.Copy(work);
        Assert.True(ChainTests.Check(documents).IsWhole);
        return documents;
    }

    private static byte[] Edit(byte[] document) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(document).Replace("injected", "rejected", StringComparison.Ordinal));

    private static byte[] Unlink(byte[] document) => Encoding.UTF8.GetBytes(string.Concat(Encoding.UTF8.GetString(document)[..^142], new string('0', 64), "\",\"hash\":\"", new string('0', 64), "\"}}}"));

    private static byte[] Rehash(string id, byte[] document)
    {
        var (previous, hash) = (new byte[32], new byte[32]);
        Assert.True(ChainLink.TryRead(document, out var body, previous, hash));
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ChainLink.Compute(previous, Encoding.UTF8.GetBytes(id), body, sha, hash);
        return Encoding.UTF8.GetBytes(string.Concat(Encoding.UTF8.GetString(document)[..^68], Convert.ToHexStringLower(hash), "\"}}}"));
    }
}
