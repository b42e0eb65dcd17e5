using Coral.Audit.Spool;

namespace Coral.Audit.Chain;

/// <summary>One writer's documents in the order of their ids.</summary>
internal sealed class WriterChain(ulong writer)
{
    /// <summary>So many of the last hashes are remembered: what a power loss takes from a spool is far less.</summary>
    private const int Remembered = 65_536;

    private readonly Queue<(ulong Sequence, byte[] Hash)> recent = new();
    private DocumentId last;
    private ulong first;
    private long documents;
    private long proven;
    private long lesser;
    private DateTimeOffset? firstTime;
    private DateTimeOffset? lastTime;
    private byte[]? hash;

    public ulong Writer => writer;

    public ChainSummary Summary => new($"{writer:x16}", documents, proven, lesser, first, last.Sequence, firstTime, lastTime, hash is null ? "" : Convert.ToHexStringLower(hash));

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
            Remember(at.Sequence, document.Hash);
        }

        documents++;
        if (document.State == LinkState.Proven && found.Count == 0) proven++;
        if (document.State == LinkState.Lesser) lesser++;
        (last, lastTime) = (at, time);
        return found;

        void Say(ChainFault fault, string what) => found.Add(new ChainFinding(fault, id, at.Sequence, $"writer {writer:x16}, life {at.Epoch}, document {at.Sequence} ({id}) {what}"));
    }

    private void CheckLink(DocumentId at, byte[] previous, Action<ChainFault, string> say)
    {
        if (at.Epoch > last.Epoch)
        {
            if (previous.AsSpan().SequenceEqual(ChainLink.Nothing))
            {
                say(ChainFault.NewChain, $"begins a chain of its own, because its spool was empty: that it follows document {last.Sequence} can't be proven");
                return;
            }

            if (recent.FirstOrDefault(known => previous.AsSpan().SequenceEqual(known.Hash)) is { Hash: not null } known)
            {
                say(ChainFault.Fork, $"goes on after document {known.Sequence}: documents {known.Sequence + 1} to {last.Sequence} of life {last.Epoch} stand beside the chain, as after a power loss");
                return;
            }
        }

        // Where documents are missing that is said already.
        if (at.Sequence <= last.Sequence + 1) say(ChainFault.Unlinked, $"was not written after document {last.Sequence} as it stands here");
    }

    private void Remember(ulong sequence, byte[] of)
    {
        hash = of;
        recent.Enqueue((sequence, of));
        if (recent.Count > Remembered) recent.Dequeue();
    }
}
