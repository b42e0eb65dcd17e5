using System.Text;
using Coral.Audit.Chain;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Coral.Audit.Tests.Spool;
using Coral.Testing;

namespace Coral.Audit.Tests.Chain;

/// <summary>What the spool writes is one chain over all its lives, whatever happens to it.</summary>
public sealed class ChainTests
{
    private const int Count = 12;

    [Fact]
    public async Task A_chain_goes_on_over_several_lives()
    {
        using var work = new Workspace();
        for (var life = 0; life < 4; life++) await work.Fill(life == 2 ? 0 : Count);
        var report = ChainSource.CheckSpool(work.Spool);
        Assert.Empty(report.Findings);
        var last = Encoding.UTF8.GetString(work.Read()[^1].Document.Span);
        var chain = Assert.Single(report.Chains);
        Assert.Equal(new ChainSummary("0123456789abcdef", 3 * Count, 3 * Count, 0, 1, 3 * Count, Samples.Decision(1).Timestamp, Samples.Decision(Count).Timestamp, last[^68..^4], new ChainSeal(0, 0, null, null, 3 * Count, Samples.Decision(1).Timestamp)), chain);
    }

    [Fact]
    public async Task A_spool_that_let_go_of_everything_goes_on_with_its_chain()
    {
        using var work = new Workspace();
        var copies = new List<(string Id, byte[] Document)>();
        for (var life = 0; life < 3; life++)
        {
            await using var spool = work.Open(options => options with { HasShipper = true });
            for (var i = 1; i <= Count; i++) spool.Append(Samples.Decision(i));
            copies.AddRange(Copy(work));
            spool.Acknowledge(spool.LastSequence);
            await Wait.Until(() =>
            {
                work.Clock.Advance(TimeSpan.FromDays(2));
                return work.Read().Count == 0;
            }, "the shipped segments are gone");
        }

        var report = Check(copies);
        Assert.Empty(report.Findings);
        Assert.Equal(3 * Count, Assert.Single(report.Chains).Proven);
    }

    [Fact]
    public async Task A_document_that_the_disk_refused_leaves_no_gap()
    {
        using var work = new Workspace();
        var disk = new FailingDisk();
        await using (var spool = work.Open(options => options with { Files = disk }))
        {
            spool.Append(Samples.Decision(1));
            disk.OnWrite = FailingDisk.Full;
            Assert.Throws<SpoolUnavailableException>(() => spool.Append(Samples.Decision(2)));
            disk.OnWrite = null;
            for (var i = 3; i <= Count; i++) spool.Append(Samples.Decision(i));
        }

        var report = ChainSource.CheckSpool(work.Spool);
        Assert.Empty(report.Findings);
        // All but the refused one, and the record of that.
        Assert.Equal(Count - 1 + 1, report.Chains[0].Proven);
    }

    [Fact]
    public async Task A_spool_from_before_there_were_chains_begins_one()
    {
        using var work = new Workspace();
        var dump = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "Audit", "Golden", "segment-unchained.hex"));
        File.WriteAllBytes(Path.Combine(work.Spool, "00000000000000000001.seg"), Convert.FromHexString(string.Concat(dump.Select(line => line[10..58].Replace(" ", "")))));
        await work.Fill(Count);
        var report = ChainSource.CheckSpool(work.Spool);
        Assert.Empty(report.Findings);
        Assert.Equal((Count + 2, Count), (report.Chains.Sum(chain => chain.Documents), report.Chains.Sum(chain => chain.Proven)));
    }

    [Fact]
    public async Task What_a_power_loss_took_from_the_spool_and_not_from_the_server_stands_beside_the_chain()
    {
        using var work = new Workspace();
        await work.Fill(Count);
        var server = Copy(work);
        var scan = SegmentScan.Read(work.OnlySegment);
        using (var file = File.OpenWrite(work.OnlySegment)) file.SetLength(scan.Frames[Count - 3].Offset);
        // It says that all was synced before the power went.
        File.Delete(Path.Combine(work.Spool, "synced"));
        await work.Fill(Count);
        server.AddRange(Copy(work).Where(document => server.All(known => known.Id != document.Id)));
        var finding = Assert.Single(Check(server).Findings);
        Assert.Equal((ChainFault.Fork, (ulong)Count - 2), (finding.Fault, finding.Sequence));
        Assert.Equal($"writer 0123456789abcdef, life 2, document {Count - 2} ({finding.Id}) goes on after document {Count - 3}: documents {Count - 2} to {Count} of life 1 stand beside the chain, as after a power loss", finding.Message);
    }

    [Fact]
    public async Task Forms_that_a_server_takes_keep_their_place()
    {
        using var work = new Workspace();
        await using (var spool = work.Open())
            for (var i = 1; i <= Count; i++) spool.Append(Samples.Full(i));
        var documents = Copy(work);
        documents[3] = (documents[3].Id, LesserDocument.Slim(documents[3].Document)!);
        documents[5] = (documents[5].Id, LesserDocument.Fallback(documents[5].Document, "document_parsing_exception", "because")!);
        var report = Check(documents);
        Assert.Empty(report.Findings);
        Assert.Equal((Count, Count - 1, 1), (report.Chains[0].Documents, report.Chains[0].Proven, report.Chains[0].Lesser));
    }

    internal static List<(string Id, byte[] Document)> Copy(Workspace work) => [.. work.Read().Select(frame => (frame.Id, frame.Document.ToArray()))];

    internal static ChainReport Check(IEnumerable<(string Id, byte[] Document)> documents)
    {
        using var verifier = new ChainVerifier();
        foreach (var (id, document) in documents.OrderBy(document => document.Id, StringComparer.Ordinal)) verifier.Add(id, document);
        return verifier.Report;
    }
}
