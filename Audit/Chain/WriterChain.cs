using Coral.Audit.Spool;

namespace Coral.Audit.Chain;

/// <summary>One writer's documents in the order of their ids.</summary>
internal sealed class WriterChain
{
    private readonly ulong writer;
    private readonly HashWindow recent = new();
    private readonly CheckpointTrail trail;
    private DocumentId last;
    private ulong first;
    private long documents;
    private long proven;
    private long lesser;
    private DateTimeOffset? firstTime;
    private DateTimeOffset? lastTime;
    private byte[]? hash;

    public WriterChain(ulong writer, ChainCheck check, KeyTrust trust, PlaceIndex? place)
    {
        this.writer = writer;
        trail = new CheckpointTrail(writer, check, trust, place, recent);
    }

    public ulong Writer => writer;

    public ChainSummary Summary => new($"{writer:x16}", documents, proven, lesser, first, last.Sequence, firstTime, lastTime, hash is null ? "" : Convert.ToHexStringLower(hash), trail.Seal);

    /// <summary>What only shows when there are no more documents. Changes nothing.</summary>
    public IEnumerable<ChainFinding> Finish()
    {
        var found = new List<ChainFinding>();
        trail.Finish(last, lastTime, (fault, at, what) => found.Add(Finding(fault, at.ToString(), at, what)));
        return found;
    }

    /// <summary>No more documents come. There can be as many writers as there were processes.</summary>
    public void Close() => recent.Forget();

    public IEnumerable<ChainFinding> Add(string id, DocumentId at, LinkedDocument document, DateTimeOffset? time)
    {
        var found = new List<ChainFinding>();
        if (documents > 0 && at == last)
        {
            Say(ChainFault.Doubled, "is there more than once");
            return found;
        }

        if (documents == 0) (first, firstTime) = (at.Sequence, time);
        else if (at.Epoch <= last.Epoch && at.Sequence <= last.Sequence) Say(ChainFault.Unlinked, "stands out of order");
        else if (at.Sequence > last.Sequence + 1) Say(ChainFault.Missing, $"documents {last.Sequence + 1} to {at.Sequence - 1} before it are missing");
        if (document.State == LinkState.None)
        {
            // Documents of programs that made no chain yet come first.
            if (hash is not null) Say(ChainFault.NotLinked, "has no link to the one before it");
        }
        else
        {
            if (document.State == LinkState.Edited) Say(ChainFault.Edited, "is not what was written");
            // The first that has a link may go on from one that the spool let go of, but not from one that stands here without a link.
            if (documents > 0 && !document.Previous.AsSpan().SequenceEqual(hash ?? ChainLink.Nothing)) CheckLink(at, document.Previous, Say);
            hash = document.Hash;
            recent.Add(new HashWindow.Entry(at.Sequence, at.Epoch, hash, time, document.IsCheckpoint));
        }

        trail.Add(at, document, time, found.Count > 0, found.Exists(finding => finding.Fault == ChainFault.Missing), (fault, place, what) => found.Add(Finding(fault, place.ToString(), place, what)));
        documents++;
        if (document.State == LinkState.Proven && found.Count == 0) proven++;
        if (document.State == LinkState.Lesser) lesser++;
        (last, lastTime) = (at, time);
        return found;

        void Say(ChainFault fault, string what) => found.Add(Finding(fault, id, at, what));
    }

    private static ChainFinding Finding(ChainFault fault, string id, DocumentId at, string what) => new(fault, id, at.Sequence, $"writer {at.Writer:x16}, life {at.Epoch}, document {at.Sequence} ({id}) {what}");

    private void CheckLink(DocumentId at, byte[] previous, Action<ChainFault, string> say)
    {
        if (at.Epoch > last.Epoch)
        {
            if (previous.AsSpan().SequenceEqual(ChainLink.Nothing))
            {
                say(ChainFault.NewChain, $"begins a chain of its own, because its spool was empty: that it follows document {last.Sequence} can't be proven");
                return;
            }

            if (recent.WithHash(previous) is { } known)
            {
                say(ChainFault.Fork, $"goes on after document {known.Sequence}: documents {known.Sequence + 1} to {last.Sequence} of life {last.Epoch} stand beside the chain, as after a power loss");
                return;
            }
        }

        // Where documents are missing that is said already.
        if (at.Sequence <= last.Sequence + 1) say(ChainFault.Unlinked, $"was not written after document {last.Sequence} as it stands here");
    }
}
