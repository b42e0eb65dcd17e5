using System.Security.Cryptography;
using System.Text;
using Coral.Audit.Chain;
using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Events;
using Coral.Audit.Spool;

namespace Coral.Audit.Tests.Chain.Checkpoints;

/// <summary>Somebody who can write all documents anew, links and all, and lacks only the key.</summary>
internal static class Forger
{
    /// <summary>Makes all links from a document on fit again. Documents keep their ids, or are numbered anew without gaps.</summary>
    public static List<(string Id, byte[] Document)> Relink(List<(string Id, byte[] Document)> documents, int from, bool renumber = false)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (before, hash, previous) = (new byte[32], new byte[32], new byte[32]);
        var made = documents[..from];
        if (from > 0) Assert.True(ChainLink.TryRead(documents[from - 1].Document, out _, before, previous));
        for (var i = from; i < documents.Count; i++)
        {
            var (id, document) = documents[i];
            if (renumber && i > 0) id = (DocumentId.Parse(id)!.Value with { Sequence = DocumentId.Parse(made[i - 1].Id)!.Value.Sequence + 1 }).ToString();
            Assert.True(ChainLink.TryRead(document, out _, before, hash));
            var anew = document.ToArray();
            // Where the link begins, the document without one ends.
            "}}"u8.CopyTo(anew.AsSpan(anew.Length - ChainLink.Added - 2));
            ChainLink.Write(anew, Encoding.ASCII.GetBytes(id), previous, sha, hash);
            hash.CopyTo(previous, 0);
            made.Add((id, anew));
        }

        return made;
    }

    /// <summary>Another document in the place of one, same id.</summary>
    public static (string Id, byte[] Document) Edit((string Id, byte[] Document) document) =>
        (document.Id, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(document.Document).Replace("injected", "rejected", StringComparison.Ordinal)));

    /// <summary>A document with a checkpoint, in the place of one.</summary>
    public static (string Id, byte[] Document) Put((string Id, byte[] Document) place, SignedCheckpoint checkpoint)
    {
        var at = DocumentId.Parse(place.Id)!.Value;
        using var work = new Workspace();
        var buffer = new FrameBuffer();
        using var chain = ChainHead.Open(work.Spool, null, 0);
        using var encoder = new EventEncoder(new WriterIdentity(at.Writer, at.Epoch), chain);
        encoder.Encode(buffer, new CheckpointEvent { Timestamp = checkpoint.Statement.Time, Origin = Samples.Origin, Checkpoint = checkpoint, Reason = "interval" }, at.Sequence, SpoolFrameKinds.Own);
        return (place.Id, new SpoolFrame(buffer.Current.ToArray()).Document.ToArray());
    }
}
