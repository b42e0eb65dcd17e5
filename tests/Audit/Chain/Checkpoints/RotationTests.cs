using Coral.Audit.Chain;
using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Tests.Shipping;

namespace Coral.Audit.Tests.Chain.Checkpoints;

/// <summary>A change of keys is signed by both, and leads an auditor from one to the other.</summary>
public sealed class RotationTests
{
    [Fact]
    public async Task A_key_that_is_replaced_while_the_process_runs_is_signed_by_the_one_before()
    {
        using var scene = new SealedSpool();
        var before = scene.Keys;
        var log = new LogLines();
        await scene.LiveAsync(
            async life =>
            {
                // Without the old one in the file: the process still has it.
                scene.Keys = AuditKeys.Create();
                await life.PassAsync(TimeSpan.FromSeconds(60));
                life.Append(3);
            },
            logger: log);
        Assert.Equal([null, before.Current.Public.Id, null], scene.Checkpoints.Select(each => each.Checkpoint.OldKey?.Id));
        Assert.Empty(log.All);
        foreach (var held in new[] { before, scene.Keys }) Assert.Empty(CheckWith(scene, held).Findings);
        Assert.Equal(scene.Keys.Current.Public.Id, CheckWith(scene, before).Chains[0].Seal.Key);
    }

    [Fact]
    public async Task Several_changes_are_followed_in_both_directions()
    {
        using var scene = new SealedSpool();
        var held = new List<AuditKeys> { scene.Keys };
        for (var i = 0; i < 4; i++)
        {
            await scene.LiveAsync(1);
            held.Add(scene.Keys = scene.Keys.Rotate());
        }

        await scene.LiveAsync(1);
        Assert.All(held, keys => Assert.Empty(CheckWith(scene, keys).Findings));
        Assert.Equal(ChainFault.Forged, CheckWith(scene, AuditKeys.Create()).Findings[0].Fault);
    }

    [Fact]
    public async Task A_new_spool_says_too_which_key_was_before()
    {
        using var scene = new SealedSpool();
        var before = scene.Keys;
        scene.Keys = before.Rotate();
        await scene.LiveAsync(1);
        Assert.Empty(CheckWith(scene, before).Findings);
    }

    [Fact]
    public async Task A_change_that_the_old_key_did_not_sign_is_said_and_found()
    {
        using var scene = new SealedSpool();
        var before = scene.Keys;
        await scene.LiveAsync(1);
        var count = (ulong)scene.Documents.Count;
        scene.Keys = AuditKeys.Create();
        var log = new LogLines();
        await scene.LiveAsync(_ => Task.CompletedTask, logger: log);
        Assert.Single(log.All, line => line.Contains("the old one is not at hand", StringComparison.Ordinal));
        Assert.Equal((ChainFault.Forged, count + 1), (CheckWith(scene, before).Findings[0].Fault, CheckWith(scene, before).Findings[0].Sequence));
        Assert.Equal((ChainFault.Forged, count + 1), (CheckWith(scene).Findings[0].Fault, CheckWith(scene).Findings[0].Sequence));
        Assert.Empty(CheckWith(scene, before, scene.Keys).Findings);
    }

    private static ChainReport CheckWith(SealedSpool scene, params AuditKeys[] keys) =>
        ChainSource.CheckSpool(scene.Work.Spool, new ChainCheck { Keys = [.. keys.Select(each => each.Current.Public)], Place = scene.Place, Now = scene.Work.Clock.GetUtcNow() });
}
