using Coral.Audit.Chain;
using Coral.Audit.Spool;

namespace Coral.Audit.Tests.Chain.Checkpoints;

/// <summary>Any deed at any place is found, and the first finding is not after it.</summary>
public sealed class EveryAttackTests
{
    private const int Deeds = 6;

    [Fact]
    public async Task Each_attack_at_each_place_is_found_and_its_first_document_named()
    {
        using var scene = new SealedSpool();
        for (var life = 0; life < 3; life++) await scene.LiveAsync(8);
        var documents = scene.Documents;
        var place = scene.Place;
        var covered = scene.Checkpoints.ConvertAll(each => each.Checkpoint.Statement.Sequence);
        Assert.Empty(scene.Check(documents, place: place).Findings);
        // All of them: what is beside a checkpoint is another case than what is between two.
        var attacks = from at in Enumerable.Range(1, documents.Count - 2)
                      from deed in Enumerable.Range(0, Deeds)
                      from relink in new[] { true, false }
                      select (at, deed, relink);
        Assert.All(attacks, attack =>
        {
            var (at, deed, relink) = attack;
            var report = scene.Check(Do(documents, at, deed, relink), place: place);
            Assert.False(report.IsWhole);
            // What is linked anew can have begun anywhere since the last checkpoint that fits; else the document itself or the next says it.
            var number = (ulong)at + 1;
            var since = covered.Where(sequence => sequence < number).DefaultIfEmpty().Max();
            Assert.InRange(report.Findings[0].Sequence, since + 1, number + 1);
        });
    }

    private static List<(string Id, byte[] Document)> Do(List<(string Id, byte[] Document)> original, int at, int deed, bool relink)
    {
        var documents = original.ToList();
        var (id, document) = documents[at];
        switch (deed)
        {
            case 0:
                var edited = document.ToArray();
                edited[30] ^= 1;
                documents[at] = (id, edited);
                break;
            case 1:
                documents.RemoveAt(at);
                if (relink) return Forger.Relink(documents, at, renumber: true);
                break;
            case 2:
                (documents[at], documents[at + 1]) = ((id, documents[at + 1].Document), (documents[at + 1].Id, document));
                break;
            case 3:
                return documents[..at];
            case 4:
                documents[at] = (id, documents[at - 1].Document);
                break;
            default:
                documents.Insert(at, (id, documents[at - 1].Document));
                return relink ? Forger.Relink(documents, at, renumber: true) : documents;
        }

        return relink ? Forger.Relink(documents, at) : documents;
    }
}
