using Coral.Audit.Chain;
using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Spool;

namespace Coral.Audit.Tests.Chain.Checkpoints;

/// <summary>
/// What somebody does who can write every stored document anew and make all links fit, but has no key. One life: documents 1, 7, 13 and 19 are checkpoints of 0, 6, 12 and 18, the last one at number 20.
/// </summary>
public sealed class ForgeryTests
{
    [Theory]
    [InlineData("edit one, all links after it made anew", ChainFault.Rewritten, 7)]
    [InlineData("delete one, all links after it made anew", ChainFault.Missing, 10)]
    [InlineData("delete one, all after it numbered anew", ChainFault.Rewritten, 7)]
    [InlineData("change places of two, all links made anew", ChainFault.Rewritten, 7)]
    [InlineData("put one in, all after it numbered anew", ChainFault.Rewritten, 7)]
    [InlineData("take out a checkpoint, all after it numbered anew", ChainFault.Rewritten, 7)]
    [InlineData("make all anew and sign with a key of one's own", ChainFault.Forged, 1)]
    [InlineData("put in a checkpoint of another key", ChainFault.Forged, 13)]
    [InlineData("alter the numbers of a checkpoint", ChainFault.Forged, 13)]
    [InlineData("give a checkpoint another one's signature", ChainFault.Forged, 13)]
    [InlineData("put an older checkpoint in the place of one", ChainFault.Replayed, 13)]
    [InlineData("put a checkpoint of another spool in the place of one", ChainFault.Replayed, 13)]
    [InlineData("sign another checkpoint of the same document with the key", ChainFault.CheckpointFork, 13)]
    [InlineData("spoil a checkpoint", ChainFault.Forged, 13)]
    [InlineData("cut off the end", ChainFault.Silent, 15)]
    [InlineData("take off all checkpoints", ChainFault.Unsigned, 2)]
    public async Task Each_deed_is_found(string deed, ChainFault fault, ulong at)
    {
        using var scene = await SceneAsync();
        var documents = scene.Documents;
        var genuine = scene.Checkpoints.ToDictionary(each => each.At, each => each.Checkpoint);
        Assert.Equal([1ul, 7, 13, 19, 20], genuine.Keys.AsEnumerable());
        documents = await DoAsync(deed, scene, documents, genuine);
        // So long that the next one was due, whatever is there.
        scene.Work.Clock.Advance(TimeSpan.FromMinutes(5));
        var report = scene.Check(documents);
        Assert.NotEmpty(report.Findings);
        Assert.Equal((fault, at), (report.Findings[0].Fault, report.Findings[0].Sequence));
        Assert.Contains(report.Findings[0].Id, report.Findings[0].Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', report.Findings[0].Message);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(19)]
    public async Task An_end_that_was_cut_off_shows_by_the_second_place(int left)
    {
        using var scene = await SceneAsync();
        var report = scene.Check(scene.Documents[..left], withPlace: true);
        var finding = Assert.Single(report.Findings, finding => finding.Fault == ChainFault.Truncated);
        Assert.Equal((ulong)left + 1, finding.Sequence);
        Assert.Contains("up to 20 were taken away", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_writer_that_was_taken_away_as_a_whole_shows_by_the_second_place()
    {
        using var scene = await SceneAsync();
        using var verifier = new ChainVerifier(new ChainCheck { Keys = scene.Held.Keys, Place = scene.Place, ExpectsAllWriters = true });
        var finding = Assert.Single(verifier.Report.Findings);
        Assert.Equal((ChainFault.Truncated, 19ul), (finding.Fault, finding.Sequence));
    }

    [Fact]
    public async Task A_tail_that_was_made_anew_shows_by_the_second_place()
    {
        using var scene = await SceneAsync();
        var documents = scene.Documents;
        // The attacker knows no second place, and makes the end look like a process that was killed a second ago.
        var forged = Forger.Relink([.. documents[..14], Forger.Edit(documents[14]), .. documents[15..18], Forger.Edit(documents[17]) with { Id = documents[18].Id }], 14);
        Assert.Empty(scene.Check(forged).Findings);
        var finding = scene.Check(forged, withPlace: true).Findings[0];
        // Document 15 was changed; with all links made anew nobody can tell which of those after the last that fits.
        Assert.Equal((ChainFault.Rewritten, 13ul), (finding.Fault, finding.Sequence));
    }

    [Fact]
    public async Task What_no_checkpoint_covers_is_named()
    {
        using var scene = new SealedSpool();
        await scene.LiveAsync(async life =>
        {
            life.Append(5);
            await life.PassAsync(TimeSpan.FromSeconds(60));
            scene.Work.Clock.Advance(TimeSpan.FromSeconds(7));
            life.Append(3);
            var seal = ChainSource.CheckSpool(scene.Work.Spool, new ChainCheck { Keys = scene.Held.Keys, Now = scene.Work.Clock.GetUtcNow() }).Chains[0].Seal;
            Assert.Equal(new ChainSeal(2, 6, scene.Work.Clock.GetUtcNow().AddSeconds(-7), scene.Keys.Current.Public.Id, 3, scene.Work.Clock.GetUtcNow()), seal);
        });
    }

    [Fact]
    public async Task Without_a_key_it_is_not_said_whose_signatures_these_are_but_altered_ones_are_found()
    {
        using var scene = await SceneAsync();
        var documents = scene.Documents;
        using var other = AuditKey.Create();
        var anew = scene.Checkpoints.Aggregate(documents, (made, each) => Resign(made, each.At, each.Checkpoint, other));
        Assert.Empty(scene.Check(anew, withKey: false).Findings);
        Assert.Equal(ChainFault.Forged, scene.Check(anew).Findings[0].Fault);
        var altered = genuineAt(13) with { Statement = genuineAt(13).Statement with { Count = 7 } };
        Assert.Equal(ChainFault.Forged, scene.Check(Forger.Relink([.. documents[..12], Forger.Put(documents[12], altered), .. documents[13..]], 12), withKey: false).Findings[0].Fault);

        SignedCheckpoint genuineAt(ulong at) => scene.Checkpoints.Single(each => each.At == at).Checkpoint;
    }

    [Fact]
    public async Task A_process_that_was_killed_is_silent()
    {
        using var scene = await SceneAsync();
        scene.Work.Clock.Advance(TimeSpan.FromSeconds(121));
        var report = scene.Check(scene.Documents[..19]);
        var finding = Assert.Single(report.Findings);
        Assert.Equal((ChainFault.Silent, 19ul), (finding.Fault, finding.Sequence));
        Assert.Contains("a checkpoint was due by 2026-11-21T12:04:00", finding.Message, StringComparison.Ordinal);
        Assert.Empty(scene.Check(scene.Documents).Findings);
    }

    [Fact]
    public async Task A_time_without_checkpoints_is_named()
    {
        using var scene = new SealedSpool();
        await scene.LiveAsync(async life =>
        {
            await life.WaitsAsync();
            scene.Work.Clock.Advance(TimeSpan.FromHours(1));
            await life.WrittenAsync(2);
        }, options => options with { Interval = TimeSpan.FromHours(1) });
        var late = scene.Checkpoints[0].Checkpoint;
        var early = late.Statement with { Next = late.Statement.Time.AddMinutes(1) };
        var documents = scene.Documents;
        var first = SignedCheckpoint.Sign(early, scene.Keys.Current, null);
        var second = SignedCheckpoint.Sign(scene.Checkpoints[1].Checkpoint.Statement with { Previous = early.Digest, Sequence = 0, Hash = new string('0', 64) }, scene.Keys.Current, null);
        var made = Forger.Relink([Forger.Put(documents[0], first), Forger.Put(documents[1], SignedCheckpoint.Sign(second.Statement with { Sequence = 1, Hash = HashOf(Forger.Relink([Forger.Put(documents[0], first)], 0)[0].Document) }, scene.Keys.Current, null))], 0);
        var finding = scene.Check(made).Findings[0];
        Assert.Equal((ChainFault.CheckpointMissing, 2ul), (finding.Fault, finding.Sequence));
    }

    internal static string HashOf(byte[] document) => System.Text.Encoding.ASCII.GetString(document)[^68..^4];

    internal static async Task<SealedSpool> SceneAsync()
    {
        var scene = new SealedSpool();
        await scene.LiveAsync(5);
        Assert.Empty(scene.Check(scene.Documents, withPlace: true).Findings);
        return scene;
    }

    private static async Task<List<(string Id, byte[] Document)>> DoAsync(string deed, SealedSpool scene, List<(string Id, byte[] Document)> documents, Dictionary<ulong, SignedCheckpoint> genuine)
    {
        using var other = AuditKey.Create();
        switch (deed)
        {
            case "edit one, all links after it made anew":
                documents[8] = Forger.Edit(documents[8]);
                return Forger.Relink(documents, 8);
            case "delete one, all links after it made anew":
                documents.RemoveAt(8);
                return Forger.Relink(documents, 8);
            case "delete one, all after it numbered anew":
                documents.RemoveAt(8);
                return Forger.Relink(documents, 8, renumber: true);
            case "change places of two, all links made anew":
                (documents[8], documents[9]) = ((documents[8].Id, documents[9].Document), (documents[9].Id, documents[8].Document));
                return Forger.Relink(documents, 8);
            case "put one in, all after it numbered anew":
                documents.Insert(8, documents[8]);
                return Forger.Relink(documents, 8, renumber: true);
            case "take out a checkpoint, all after it numbered anew":
                documents.RemoveAt(12);
                return Forger.Relink(documents, 12, renumber: true);
            case "make all anew and sign with a key of one's own":
                documents[8] = Forger.Edit(documents[8]);
                documents = Forger.Relink(documents, 0);
                return genuine.Aggregate(documents, (made, each) => Resign(made, each.Key, each.Value, other));
            case "put in a checkpoint of another key":
                return Resign(documents, 13, genuine[13], other);
            case "alter the numbers of a checkpoint":
                return Put(genuine[13] with { Statement = genuine[13].Statement with { Count = 5 } });
            case "give a checkpoint another one's signature":
                return Put(genuine[13] with { Signature = genuine[7].Signature });
            case "put an older checkpoint in the place of one":
                return Put(genuine[7]);
            case "put a checkpoint of another spool in the place of one":
                var foreign = SignedCheckpoint.Sign(genuine[13].Statement with { Writer = 7 }, scene.Keys.Current, null);
                return Put(foreign);
            case "sign another checkpoint of the same document with the key":
                var same = genuine[7].Statement;
                return Put(SignedCheckpoint.Sign(same with { Time = same.Time.AddSeconds(1) }, scene.Keys.Current, null));
            case "spoil a checkpoint":
                documents[12] = (documents[12].Id, System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(documents[12].Document).Replace("\"signature\":\"M", "\"signature\":\"!", StringComparison.Ordinal)));
                return Forger.Relink(documents, 12);
            case "cut off the end":
                return documents[..15];
            default:
                await Task.Yield();
                return Forger.Relink([.. documents.Where(document => !CheckpointEvent.IsIn(document.Document, out _))], 0, renumber: true);
        }

        List<(string Id, byte[] Document)> Put(SignedCheckpoint checkpoint)
        {
            documents[12] = Forger.Put(documents[12], checkpoint);
            return Forger.Relink(documents, 12);
        }
    }

    /// <summary>The same statement in the same place, about the documents as they are now, signed by another key.</summary>
    private static List<(string Id, byte[] Document)> Resign(List<(string Id, byte[] Document)> documents, ulong at, SignedCheckpoint genuine, AuditKey key)
    {
        var place = (int)at - 1;
        var before = at > 1 ? HashOf(documents[(int)genuine.Statement.Sequence - 1].Document) : genuine.Statement.Hash;
        CheckpointEvent.IsIn(documents.Take(place).LastOrDefault(document => CheckpointEvent.IsIn(document.Document, out _)).Document, out var last);
        var statement = genuine.Statement with { Key = key.Public.Id, Hash = before, Previous = last?.Statement.Digest };
        return Forger.Relink([.. documents[..place], Forger.Put(documents[place], SignedCheckpoint.Sign(statement, key, null)), .. documents[(place + 1)..]], place);
    }
}
