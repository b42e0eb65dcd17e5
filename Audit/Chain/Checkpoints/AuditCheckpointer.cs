using Coral.Audit.Events;
using Coral.Audit.Spool;
using Microsoft.Extensions.Logging;

namespace Coral.Audit.Chain.Checkpoints;

/// <summary>
/// Signs how far a spool's chain has come: at the start, on a timer, after many documents, and at the end. Each checkpoint is a document of the same chain. No decision waits for it: the spool is only asked for
/// its head, and signing is done here. <see cref="Counts"/> is thread safe; <see cref="RunAsync"/> is called once.
/// </summary>
public sealed partial class AuditCheckpointer
{
    private readonly AuditSpool spool;
    private readonly AuditOrigin origin;
    private readonly Func<ValueTask<AuditKeys?>> keys;
    private readonly CheckpointOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly PlaceQueue[] places;
    private readonly Lock gate = new();
    private CheckpointCounts counts;
    private SignedCheckpoint? last;
    private AuditKey? used;
    private AuditKeys? known;
    private bool refused;
    private bool waiting;

    /// <summary>Nothing happens before <see cref="RunAsync"/>.</summary>
    /// <param name="spool">Whose chain; it has to be there until the run has ended.</param>
    /// <param name="origin">In whose name.</param>
    /// <param name="keys">
    /// Asked before each checkpoint, except for the last one, which must not wait; it may take its time and does not throw. Where the current key is another than the last, the last signs too, if it is at hand.
    /// Null as long as there is none: nothing is signed, and it is asked again.
    /// </param>
    /// <param name="options">When, and where else.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where refusals are said.</param>
    public AuditCheckpointer(AuditSpool spool, AuditOrigin origin, Func<ValueTask<AuditKeys?>> keys, CheckpointOptions options, TimeProvider time, ILogger logger)
    {
        (this.spool, this.origin, this.keys, this.options, this.time, this.logger) = (spool, origin, keys, options, time, logger);
        counts = new CheckpointCounts(0, 0, 0, time.GetUtcNow());
        places = [.. options.Places.Select(place => new PlaceQueue(place, options.PlaceTimeout, time, () => Count(now => now with { PlaceFailed = now.PlaceFailed + 1 }), logger))];
    }

    /// <summary>What was done since the start.</summary>
    public CheckpointCounts Counts
    {
        get
        {
            lock (gate) return counts;
        }
    }

    /// <summary>Whether the timer for the next one is set, for tests that move the clock.</summary>
    internal bool IsWaiting
    {
        get => Volatile.Read(ref waiting);
        private set => Volatile.Write(ref waiting, value);
    }

    /// <summary>Works until <paramref name="stopping"/>; then writes the last checkpoint and ends. Stop what appends before, and what ships after.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        // Reading is blocking, and a spool from before there were checkpoints is read whole.
        last = await Task.Run(Find, CancellationToken.None);
        if (last is { } before && before.Statement.Sequence > spool.GoesOnAfter) Log.Shortened(logger, spool.Directory, spool.GoesOnAfter, before.Statement.Sequence, before.Statement.Time);
        for (var reason = "start"; !stopping.IsCancellationRequested;)
        {
            known = await keys() ?? known;
            if (known is not null) await SealAsync(reason, known);
            reason = await WaitAsync(refused ? options.Retry : options.Interval, stopping) ?? reason;
        }

        if (known is not null) await SealAsync("stop", known);
        await Task.WhenAll(places.Select(place => place.FlushAsync()));
    }

    private SignedCheckpoint? Find()
    {
        try
        {
            return LastCheckpoint.Find(spool.Directory, spool.Identity.Writer);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SpoolUnavailableException)
        {
            Log.NotFound(logger, spool.Directory, error.Message);
            return null;
        }
    }

    /// <summary>Why it is time; null where it is time to try the same again.</summary>
    private async Task<string?> WaitAsync(TimeSpan interval, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var timer = Task.Delay(interval, time, either.Token);
        var full = spool.WaitForAsync(spool.LastSequence + (ulong)options.Documents, either.Token);
        IsWaiting = true;
        var first = await Task.WhenAny(timer, full);
        IsWaiting = false;
        await either.CancelAsync();
        if (refused || known is null) return null;
        return first == full && full.IsCompletedSuccessfully ? "count" : "interval";
    }

    private async Task SealAsync(string reason, AuditKeys now)
    {
        var head = spool.Head;
        var (key, old) = Signers(now);
        var at = Checkpoint.Whole(time.GetUtcNow());
        var signed = SignedCheckpoint.Sign(
            new Checkpoint
            {
                Writer = spool.Identity.Writer,
                Epoch = head.Epoch,
                Sequence = head.Sequence,
                Hash = head.Hash,
                Count = head.Sequence - Math.Min(head.Sequence, last?.Statement.Sequence ?? 0),
                Time = at,
                Next = reason == "stop" ? null : at + options.Interval,
                Previous = last?.Statement.Digest,
                Key = key.Public.Id,
                OldKey = old?.Public.Id,
            },
            key,
            old);
        try
        {
            await spool.AppendOwnAsync(new CheckpointEvent { Timestamp = at, Origin = origin, Checkpoint = signed, Reason = reason });
        }
        catch (SpoolUnavailableException error)
        {
            Count(counts => counts with { Failed = counts.Failed + 1 });
            if (!refused) Log.NotWritten(logger, error.Message);
            refused = true;
            return;
        }

        refused = false;
        (last, used) = (signed, key);
        Count(counts => counts with { Written = counts.Written + 1, Last = at });
        Note(signed);
        foreach (var place in places) place.Offer(signed);
    }

    /// <summary>The key that signs and, where it is another than the last, the one before it.</summary>
    private (AuditKey Key, AuditKey? Old) Signers(AuditKeys now)
    {
        var before = last?.Statement.Key;
        if (before == now.Current.Public.Id) return (now.Current, null);
        // A spool without any checkpoint says so too: what the auditor holds may be the earlier key.
        var old = before is null ? now.Old.FirstOrDefault() : now.Old.Append(used).FirstOrDefault(key => key?.Public.Id == before);
        if (before is not null && old is null) Log.KeyChanged(logger, before[..16], now.Current.Public.ShortId);
        return (now.Current, old);
    }

    private void Note(SignedCheckpoint signed)
    {
        try
        {
            LastCheckpoint.Write(spool.Directory, spool.Files, signed);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It stands in the spool, where it is looked for first.
            Log.NotNoted(logger, spool.Directory, error.Message);
        }
    }

    private void Count(Func<CheckpointCounts, CheckpointCounts> change)
    {
        lock (gate) counts = change(counts);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "spool {Directory} ends with document {Last}, but document {Signed} was signed at {Time:O}: what came after was taken away, or an old copy of the folder is used")]
        public static partial void Shortened(ILogger logger, string directory, ulong last, ulong signed, DateTimeOffset time);

        [LoggerMessage(Level = LogLevel.Warning, Message = "spool {Directory}: the last checkpoint could not be read ({Cause}); the next one names none before it")]
        public static partial void NotFound(ILogger logger, string directory, string cause);

        [LoggerMessage(Level = LogLevel.Warning, Message = "a checkpoint could not be written: {Cause} It is tried again")]
        public static partial void NotWritten(ILogger logger, string cause);

        [LoggerMessage(Level = LogLevel.Warning, Message = "spool {Directory}: the last checkpoint could not be noted ({Cause})")]
        public static partial void NotNoted(ILogger logger, string directory, string cause);

        [LoggerMessage(Level = LogLevel.Warning, Message = "the audit key changed from {Before} to {After} and the old one is not at hand to sign the change: auditors need the public halves of both; use: coral audit key rotate")]
        public static partial void KeyChanged(ILogger logger, string before, string after);
    }
}
