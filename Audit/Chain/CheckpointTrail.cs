using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Spool;

namespace Coral.Audit.Chain;

/// <summary>One writer's checkpoints in the order of its documents: whether they are genuine, follow each other, and say what the chain says.</summary>
internal sealed class CheckpointTrail(ulong writer, ChainCheck check, KeyTrust trust, PlaceIndex? place, HashWindow window)
{
    /// <summary>So long a server may lag behind the second place.</summary>
    private static readonly TimeSpan ServerLag = TimeSpan.FromMinutes(3);

    private readonly IReadOnlyDictionary<ulong, List<SignedCheckpoint>> placed = place?.Of(writer) ?? new Dictionary<ulong, List<SignedCheckpoint>>();
    private readonly Dictionary<string, DocumentId> keys = new(StringComparer.Ordinal);
    private readonly Dictionary<SignedCheckpoint, (DocumentId From, ulong UpTo)> contradicted = new(ReferenceEqualityComparer.Instance);
    private SignedCheckpoint? last;
    private long count;
    private ulong first;
    private ulong vouched;
    private SignedCheckpoint? signed;
    private bool diverged;
    private bool missing;
    private DocumentId? suspect;
    private long unsigned;
    private DateTimeOffset? unsignedSince;
    private long all;
    private DateTimeOffset? firstTime;

    /// <summary>Says what is wrong at a document of the writer.</summary>
    public delegate void Say(ChainFault fault, DocumentId at, string what);

    public ChainSeal Seal => signed is not null && IsTrusted(signed)
        ? new ChainSeal(count, signed.Statement.Sequence, signed.Statement.Time, signed.Key.Id, unsigned, unsignedSince)
        : new ChainSeal(count, 0, null, null, all, firstTime);

    /// <summary>Takes the next document, of which the window knows already.</summary>
    /// <param name="at">Its place.</param>
    /// <param name="document">What it is.</param>
    /// <param name="time">When it happened.</param>
    /// <param name="wrong">Whether something is wrong with it already.</param>
    /// <param name="afterGap">Whether documents before it are missing.</param>
    /// <param name="tell">Takes what is wrong.</param>
    public void Add(DocumentId at, LinkedDocument document, DateTimeOffset? time, bool wrong, bool afterGap, Say tell)
    {
        if (first == 0) first = at.Sequence;
        missing |= afterGap;
        if (wrong) suspect ??= at;
        Say say = (fault, place, what) =>
        {
            suspect ??= place;
            tell(fault, place, what);
        };
        if (document.State != LinkState.None) CompareWithPlace(at, document.Hash);
        if (document.IsCheckpoint)
        {
            count++;
            Judge(document.Checkpoint, at, say);
            return;
        }

        if (unsigned++ == 0) unsignedSince = time;
        if (all++ == 0) firstTime = time;
    }

    /// <summary>Says what only shows at the end. Changes nothing.</summary>
    public void Finish(DocumentId end, DateTimeOffset? endTime, Say say)
    {
        if (trust.IsChecked)
        {
            if (keys.Count == 0) say(ChainFault.Unsigned, new DocumentId(writer, end.Epoch, first), $"and all others of the writer up to {end.Sequence} are signed by nobody");
            foreach (var (key, at) in keys.Where(known => !trust.IsTrusted(known.Key)))
                say(ChainFault.Forged, at, $"is a checkpoint signed by the key {key[..16]}, which is not yours, and no checkpoint signed by both leads there from a key of yours");
        }

        foreach (var (checkpoint, (from, upTo)) in contradicted.Where(known => IsTrusted(known.Key)).OrderBy(known => known.Value.UpTo).Take(1))
            say(ChainFault.Rewritten, from, $"or another up to {upTo} is not what was signed at {Checkpoint.Stamp(checkpoint.Statement.Time)}: {place!.Name} has another hash for {upTo}, so something was changed and the links made anew");
        foreach (var checkpoint in placed.Values.SelectMany(same => same).Where(known => trust.IsChecked && !trust.IsTrusted(known.Key.Id)).Take(1))
            say(ChainFault.Forged, new DocumentId(writer, checkpoint.Statement.Epoch, checkpoint.Statement.Sequence + 1), $"or one after it is a checkpoint that {place!.Name} has with a signature of the key {checkpoint.Key.ShortId}, which is not yours");
        if (!FindTruncation(end, say)) FindSilence(end, endTime, say);
    }

    private bool IsTrusted(SignedCheckpoint checkpoint) => !trust.IsChecked || trust.IsTrusted(checkpoint.Key.Id);

    private void Judge(SignedCheckpoint? checkpoint, DocumentId at, Say say)
    {
        if (checkpoint is not { IsGenuine: true, Statement: var statement })
        {
            say(ChainFault.Forged, at, checkpoint is null ? "is a checkpoint that cannot be read" : "is a checkpoint whose signature does not fit what it says: numbers were altered, or it was signed without the key that it names");
            return;
        }

        if (statement.Writer != writer || statement.Epoch != at.Epoch)
        {
            say(ChainFault.Replayed, at, $"is a checkpoint that was signed for document {statement.Sequence} of life {statement.Epoch} of writer {statement.Writer:x16}");
            return;
        }

        if (last is not null && statement.Epoch == last.Statement.Epoch && (statement == last.Statement || statement.Sequence < last.Statement.Sequence))
        {
            say(ChainFault.Replayed, at, $"is an older checkpoint again: it covers document {statement.Sequence}, the one before it {last.Statement.Sequence}");
            return;
        }

        trust.Learn(checkpoint);
        if (!Follows(checkpoint, at, say)) return;
        if (statement.Sequence >= at.Sequence)
        {
            SayRewritten(statement.Sequence, at, $"document {at.Sequence} is a checkpoint that was signed after document {statement.Sequence}, so some were taken out and the rest numbered anew", say);
            return;
        }

        if (last is not null && Continues(checkpoint, last)) CompareWithLast(statement, last.Statement, at, say);
        (last, missing) = (checkpoint, false);
        CompareWithChain(checkpoint, at, say);
    }

    /// <summary>Whether it is of the line of keys that counts here.</summary>
    private bool Follows(SignedCheckpoint checkpoint, DocumentId at, Say say)
    {
        keys.TryAdd(checkpoint.Key.Id, at);
        if (last is null || Continues(checkpoint, last)) return true;
        if (trust.IsChecked) return trust.IsTrusted(checkpoint.Key.Id);
        say(ChainFault.Forged, at, $"is a checkpoint signed by the key {checkpoint.Key.ShortId}, those before it by {last.Key.ShortId}, and no checkpoint signed by both leads from one to the other");
        return false;
    }

    private static bool Continues(SignedCheckpoint checkpoint, SignedCheckpoint before) => checkpoint.Key.Id == before.Key.Id || checkpoint.OldKey?.Id == before.Key.Id;

    /// <summary>A number that a later life gave again has to fit in the end: what is in a second place was on the disk, and no power loss takes it.</summary>
    private void CompareWithPlace(DocumentId at, byte[] hash)
    {
        foreach (var checkpoint in placed.GetValueOrDefault(at.Sequence) ?? [])
        {
            if (Convert.ToHexStringLower(hash) != checkpoint.Statement.Hash)
            {
                contradicted[checkpoint] = (suspect ?? RangeBefore(at), at.Sequence);
                continue;
            }

            contradicted.Remove(checkpoint);
            if (IsTrusted(checkpoint)) (vouched, suspect) = (at.Sequence, null);
        }
    }

    private void CompareWithLast(Checkpoint statement, Checkpoint before, DocumentId at, Say say)
    {
        if (statement.Previous != before.Digest)
        {
            if ((statement.Previous is not null && statement.Previous == before.Previous) || (statement.Sequence == before.Sequence && statement.Epoch == before.Epoch))
                say(ChainFault.CheckpointFork, at, $"is a checkpoint beside another: it covers document {statement.Sequence} and the one before it {before.Sequence}, and both follow the same one");
            else if (!missing)
                say(ChainFault.CheckpointMissing, at, $"is a checkpoint that was signed after another one than that of document {before.Sequence}, which is the one before it here");
        }
        else if (statement.Epoch == before.Epoch && before.Next is { } due && statement.Time > due + (due - before.Time))
        {
            say(ChainFault.CheckpointMissing, at, $"is a checkpoint of {Checkpoint.Stamp(statement.Time)}, but one was due by {Checkpoint.Stamp(due)}: nobody vouches for the time in between");
        }
    }

    private void CompareWithChain(SignedCheckpoint checkpoint, DocumentId at, Say say)
    {
        var statement = checkpoint.Statement;
        if (placed.GetValueOrDefault(statement.Sequence)?.FirstOrDefault(known => known.Statement.Epoch == statement.Epoch && known.Statement != statement) is { } other && IsTrusted(other))
            say(ChainFault.CheckpointFork, at, $"is a checkpoint of document {statement.Sequence}, of which {place!.Name} has another, of {Checkpoint.Stamp(other.Statement.Time)}");
        if (statement.Sequence > 0 && window.At(statement.Sequence) is { } covered && Convert.ToHexStringLower(covered.Hash) != statement.Hash)
        {
            SayRewritten(statement.Sequence, at, $"the checkpoint in document {at.Sequence} has another hash, so something was changed and the links made anew", say);
            return;
        }

        // What is not here can't be compared: the spool let go of it, or it is missing, which is said elsewhere.
        if (statement.Sequence > 0 && window.At(statement.Sequence) is null && statement.Sequence >= first) return;
        (signed, diverged, suspect) = (checkpoint, false, null);
        (unsigned, unsignedSince) = (0, null);
        for (var sequence = Math.Max(statement.Sequence + 1, at.Sequence - HashWindow.Reach(at.Sequence)); sequence < at.Sequence; sequence++)
            if (window.At(sequence) is { IsCheckpoint: false } entry && unsigned++ == 0)
                unsignedSince = entry.Time;
    }

    /// <summary>Only once until a checkpoint fits again. It begins where something else was found, or else anywhere since the last checkpoint that fits.</summary>
    private void SayRewritten(ulong upTo, DocumentId at, string why, Say say)
    {
        if (diverged) return;
        diverged = true;
        say(ChainFault.Rewritten, suspect ?? RangeBefore(at), $"or another from {RangeBefore(at).Sequence} to {upTo} is not what was signed: {why}");
    }

    /// <summary>The first document after the last that is known to be what was signed.</summary>
    private DocumentId RangeBefore(DocumentId at)
    {
        var known = Math.Max(vouched, signed?.Statement.Sequence ?? 0);
        var from = known == 0 ? first : Math.Min(known + 1, at.Sequence);
        return new DocumentId(writer, window.At(from)?.Epoch ?? at.Epoch, from);
    }

    private bool FindTruncation(DocumentId end, Say say)
    {
        var known = placed.Values.SelectMany(same => same).Where(IsTrusted).Where(IsDue).MaxBy(checkpoint => checkpoint.Statement.Sequence)?.Statement;
        // The document that carries it comes after those that it covers.
        if (known is null || known.Sequence < end.Sequence) return false;
        var shipped = check.IsServer ? ", unless they were not shipped yet" : "";
        say(ChainFault.Truncated, new DocumentId(writer, Math.Max(known.Epoch, end.Epoch), end.Sequence + 1), $"and all up to {known.Sequence + 1} were taken away{shipped}: {place!.Name} has the checkpoint of {Checkpoint.Stamp(known.Time)}, which stood there");
        return true;
    }

    private bool IsDue(SignedCheckpoint checkpoint) => check is not { IsServer: true, Now: { } now } || checkpoint.Statement.Time <= now - ServerLag;

    private void FindSilence(DocumentId end, DateTimeOffset? endTime, Say say)
    {
        if (last?.Statement is not { Next: { } due } statement) return;
        var latest = check.Now is { } now && (endTime is null || now > endTime) ? now : endTime;
        if (latest > due + (due - statement.Time) + (check.IsServer ? ServerLag : TimeSpan.Zero))
            say(ChainFault.Silent, end, $"is the last one, but a checkpoint was due by {Checkpoint.Stamp(due)}: the process was killed or cannot write, or what came after was taken away");
    }
}
