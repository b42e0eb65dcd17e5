using Coral.Audit.Chain;
using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Spool;
using Coral.Audit.Tests.Chain.Checkpoints;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Audit.Tests.Faults;

/// <summary>A process that comes to a node where its volume is empty.</summary>
public sealed class NewVolumeTests
{
    [Fact]
    public async Task Case_22_on_an_empty_volume_the_writer_is_another_and_no_id_is_given_twice()
    {
        var seen = new List<string>();
        var writers = new HashSet<ulong>();
        for (var move = 0; move < 20; move++)
        {
            using var work = new Workspace();
            await using var spool = AuditSpool.Open(new SpoolOptions { Directory = work.Spool }, TimeProvider.System, NullLogger.Instance);
            Assert.True(writers.Add(spool.Identity.Writer));
            for (var i = 1; i <= 5; i++) seen.Add(spool.Append(Samples.Decision(i)).Id);
        }

        Assert.Equal(seen.Distinct(StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task Case_22_verify_tells_the_chain_of_before_the_move_from_the_one_after_and_how_far_the_first_is_vouched_for()
    {
        var keys = AuditKeys.Create();
        using var place = new Workspace();
        using SealedSpool before = new(1) { Keys = keys }, after = new(2) { Keys = keys };
        CheckpointOptions Shared(CheckpointOptions options) => options with { Places = [new CheckpointFolder(place.Spool)] };
        await before.LiveAsync(Life, Shared);
        after.Work.Clock.Advance(TimeSpan.FromMinutes(10));
        await after.LiveAsync(Life, Shared);

        var (first, second) = (before.Documents, after.Documents);
        var report = after.Check([.. first, .. second], place: CheckpointFolder.Read(place.Spool));
        Assert.Empty(report.Findings);
        Assert.Equal(["0000000000000001", "0000000000000002"], report.Chains.Select(chain => chain.Writer));
        Assert.All(report.Chains, chain => Assert.Equal((1ul, chain.Documents, 0), (chain.First, chain.Proven, chain.Seal.Unprotected)));

        // The node died with its volume, and the last ten documents were on no server yet: that they were is told by the second place.
        report = after.Check([.. first[..^10], .. second], place: CheckpointFolder.Read(place.Spool));
        var finding = Assert.Single(report.Findings);
        Assert.Equal((ChainFault.Truncated, (ulong)first.Count - 9), (finding.Fault, finding.Sequence));
        Assert.Equal(second.Count, report.Chains[1].Proven);

        static async Task Life(SealedSpool.Life life)
        {
            for (var minute = 0; minute < 3; minute++)
            {
                life.Append(20);
                await life.PassAsync(TimeSpan.FromSeconds(60));
            }
        }
    }
}
