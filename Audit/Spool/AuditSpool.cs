using Coral.Audit.Chain;
using Coral.Audit.Events;
using Microsoft.Extensions.Logging;

namespace Coral.Audit.Spool;

/// <summary>
/// The durable queue of audit documents: a folder of segment files. A document is in the operating system's hands when <see cref="Append"/> returns, and on the disk soon after or, if asked for, before
/// <see cref="AppendAsync"/> completes. One process writes; any number may read (<see cref="SpoolReader"/>). All members are thread safe.
/// </summary>
public sealed partial class AuditSpool : IAsyncDisposable
{
    /// <summary>So much may wait for a disk that doesn't finish syncing before documents are refused: half a second of 20 000 documents a second. The shipper reads as much ahead, and both together have to stay well under 64 MiB.</summary>
    internal const int MaxUnsyncedBytes = 32 * 1024 * 1024;

    /// <summary>So many segments go for one document on a full disk: more would be eaten by whoever else fills it.</summary>
    private const int MostFreed = 3;

    private readonly Lock gate = new();
    private readonly SpoolOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly SpoolLock spoolLock;
    private readonly CheckpointFile checkpoint;
    private readonly WriterIdentity identity;
    private readonly ChainHead? chain;
    private readonly EventEncoder encoder;
    private readonly SegmentLog log;
    private readonly AuditOrigin origin;
    private TaskCompletionSource? appended;
    private (ulong Sequence, TaskCompletionSource Done)? milestone;
    private bool closed;

    private AuditSpool(SpoolOptions options, TimeProvider time, ILogger logger, SpoolLock spoolLock)
    {
        this.options = options;
        this.time = time;
        this.logger = logger;
        this.spoolLock = spoolLock;
        var recovered = Recovered.Open(options);
        ClusterId = ClusterIdFile.ReadOrCreate(options.Directory, options.Files);
        checkpoint = CheckpointFile.Open(options.Directory, options.Files);
        identity = WriterIdentity.Begin(options.Directory, options.Files, options.NewWriter);
        // After a power loss the checkpoint may be ahead of what was left of the segments.
        var last = Math.Max(recovered.Last, checkpoint.Position);
        MaybeSent = last;
        readUpTo = checkpoint.Position;
        if (options.Class == StreamClass.Audit) chain = ChainHead.Open(options.Directory, recovered.LastFrame, last);
        GoesOnAfter = chain?.Sequence ?? last;
        encoder = new EventEncoder(identity, chain);
        log = new SegmentLog(options, identity, last + 1, recovered.Segments, time);
        var oldest = log.Segments[0].First;
        var pending = (long)(last - Math.Min(last, Math.Max(checkpoint.Position, oldest - 1)));
        Metrics = new AuditMetrics(options, () => Bytes);
        Metrics.Update(counts => counts with { Accepted = pending, Recovered = pending, Pending = pending, Truncated = recovered.Truncated });
        origin = options.Origin ?? new AuditOrigin { Service = "coral" };
        if (origin.ClusterId is null) origin = origin with { ClusterId = ClusterId };
        if (recovered.Truncated > 0) Log.TailCut(logger, options.Directory, last);
        StartSyncing();
    }

    /// <summary>The folder.</summary>
    public string Directory => options.Directory;

    /// <summary>A UUID that this folder keeps, for <c>orchestrator.cluster.id</c> where there is no cluster to ask.</summary>
    public string ClusterId { get; }

    /// <summary>The counters of this spool and of what ships it.</summary>
    public AuditMetrics Metrics { get; }

    /// <summary>The number of the last accepted document, 0 for none.</summary>
    public ulong LastSequence
    {
        get
        {
            lock (gate) return log.Next - 1;
        }
    }

    /// <summary>Up to which number all documents are on the disk.</summary>
    public ulong SyncedSequence
    {
        get
        {
            lock (gate) return log.Synced;
        }
    }

    /// <summary>Up to which number everything is shipped, as the checkpoint on the disk says.</summary>
    public ulong ShippedSequence => checkpoint.Position;

    /// <summary>The quota, <see cref="SpoolOptions.MaxBytes"/>.</summary>
    public long MaxBytes => options.MaxBytes;

    /// <summary>The size of all segments in bytes.</summary>
    public long Bytes
    {
        get
        {
            lock (gate) return log.Bytes;
        }
    }

    /// <summary>
    /// Opens or makes a spool and begins a new epoch. What an earlier process left is kept; a torn last frame is cut off and counted.
    /// Throws <see cref="SpoolUnavailableException"/> when another process has it open, the folder can't be written, or a newer program wrote it.
    /// </summary>
    public static AuditSpool Open(SpoolOptions options, TimeProvider time, ILogger logger)
    {
        SpoolLock? taken = null;
        try
        {
            options.Files.CreateFolder(options.Directory);
            taken = SpoolLock.Take(options.Directory);
            return new AuditSpool(options, time, logger, taken);
        }
        catch (Exception error)
        {
            taken?.Dispose();
            if (error is IOException or UnauthorizedAccessException) throw SpoolErrors.Describe(options.Directory, error);
            throw;
        }
    }

    /// <summary>
    /// Accepts one document: on return its frame is in the file (page cache), so it survives the end of this process; it is synced within <see cref="SpoolOptions.SyncInterval"/>. Never waits for the network
    /// or a sync. Throws <see cref="SpoolUnavailableException"/> when the disk can't take it: then nothing was accepted.
    /// </summary>
    public AuditReceipt Append(AuditEvent e)
    {
        lock (gate)
        {
            var receipt = Write(e, SpoolFrameKinds.None);
            ArmSync();
            return receipt;
        }
    }

    /// <summary>
    /// Accepts one document and, when <paramref name="durable"/> (null: as <see cref="SpoolOptions.Sync"/> says), completes after it is on the disk. Calls that come together share one sync.
    /// Throws <see cref="SpoolUnavailableException"/>; if it came from the sync, the document may still be found and shipped later.
    /// </summary>
    public ValueTask<AuditReceipt> AppendAsync(AuditEvent e, bool? durable = null)
    {
        lock (gate)
        {
            var receipt = Write(e, SpoolFrameKinds.None);
            if (durable ?? options.Sync == SpoolSync.Always) return new ValueTask<AuditReceipt>(WhenSynced(receipt));
            ArmSync();
            return new ValueTask<AuditReceipt>(receipt);
        }
    }

    /// <summary>Ends after bringing everything to the disk.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (closed) return;
            closed = true;
        }

        await StopSyncing();
        MarkSynced();
        log.Dispose();
        encoder.Dispose();
        chain?.Dispose();
        checkpoint.Dispose();
        Metrics.Dispose();
        spoolLock.Dispose();
    }

    /// <summary>The last document that may have been sent to a search server, in this life or an earlier one. Only the shipper asks and sets it.</summary>
    internal ulong MaybeSent { get; set; }

    /// <summary>Where shipping goes on: after the checkpoint, or with the oldest document that there still is.</summary>
    internal ulong FirstUnshipped
    {
        get
        {
            lock (gate) return Math.Max(checkpoint.Position + 1, log.Segments[0].First);
        }
    }

    internal WriterIdentity Identity => identity;

    internal SpoolFiles Files => options.Files;

    /// <summary>Completes when a document after <paramref name="sequence"/> is there.</summary>
    internal Task WaitForMoreAsync(ulong sequence, CancellationToken cancel)
    {
        lock (gate)
        {
            if (log.Next - 1 > sequence) return Task.CompletedTask;
            appended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return appended.Task.WaitAsync(cancel);
        }
    }

    /// <summary>The last document that was found at the start. Numbers go on behind the last that is known to have been given, which is a later one where documents were taken away or damaged.</summary>
    internal ulong GoesOnAfter { get; }

    /// <summary>How far the chain has come: the life, the last document in it and its hash.</summary>
    internal (uint Epoch, ulong Sequence, string Hash) Head
    {
        get
        {
            lock (gate) return chain is null ? throw new InvalidOperationException("A spool of samples has no chain.") : (identity.Epoch, chain.Sequence, chain.Hash);
        }
    }

    /// <summary>Completes when the document with that number is there. Only one waits at a time.</summary>
    internal Task WaitForAsync(ulong sequence, CancellationToken cancel)
    {
        lock (gate)
        {
            if (log.Next > sequence) return Task.CompletedTask;
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            milestone = (sequence, done);
            return done.Task.WaitAsync(cancel);
        }
    }

    /// <summary>As <see cref="AppendAsync"/>, for a document about the spool itself; completes after it is on the disk.</summary>
    internal Task<AuditReceipt> AppendOwnAsync(AuditEvent e)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            return WhenSynced(Write(e, SpoolFrameKinds.Own));
        }
    }

    /// <summary>Writes to the disk that everything up to <paramref name="sequence"/> is shipped. Only the shipper calls it, one call at a time.</summary>
    internal void Acknowledge(ulong sequence) => checkpoint.Write(sequence);

    private AuditReceipt Write(AuditEvent e, SpoolFrameKinds kinds)
    {
        // Only the spool itself still has something to say at its end.
        ObjectDisposedException.ThrowIf(closed && kinds != SpoolFrameKinds.Own, this);
        if (e.Stream.Class != options.Class) throw new ArgumentException($"Documents of {e.Stream} don't go into a spool of class {options.Class}.", nameof(e));
        var receipt = new AuditReceipt(identity.Writer, identity.Epoch, log.Next);
        try
        {
            Accept(e, kinds);
        }
        catch (SpoolUnavailableException refusal) when (kinds == SpoolFrameKinds.None)
        {
            NoteRefused(refusal);
            throw;
        }

        Metrics.Accept();
        if (refused is not null && kinds == SpoolFrameKinds.None) RequestMaintenance();
        appended?.TrySetResult();
        appended = null;
        if (milestone is { } due && receipt.Sequence >= due.Sequence)
        {
            milestone = null;
            due.Done.TrySetResult();
        }

        return receipt;
    }

    private void Accept(AuditEvent e, SpoolFrameKinds kinds)
    {
        if (log.Broken is { } broken) throw SpoolErrors.Describe(options.Directory, broken);
        if (log.UnsyncedBytes > MaxUnsyncedBytes) throw SpoolErrors.Describe(options.Directory, new IOException("the disk does not finish syncing"));
        try
        {
            EnsureRoom();
            for (var freed = 0; ; freed++)
            {
                try
                {
                    Put(e, kinds);
                    return;
                }
                catch (IOException full) when (freed < MostFreed && SpoolErrors.IsFull(full) && Reclaim(full.HResult == SpoolErrors.Quota ? "disk-quota" : "disk-full"))
                {
                    // Once more.
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SpoolErrors.Describe(options.Directory, error);
        }
    }

    private void Put(AuditEvent e, SpoolFrameKinds kinds)
    {
        var segments = log.Segments.Count;
        encoder.Encode(log.Buffer, e, log.Next, kinds);
        log.Commit();
        chain?.Accept(log.Next - 1);
        if (log.Segments.Count != segments) RequestMaintenance();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Spool {Directory}: cut off a torn tail after document {Last}; it was never confirmed as synced.")]
        public static partial void TailCut(ILogger logger, string directory, ulong last);

        [LoggerMessage(Level = LogLevel.Error, Message = "Spool {Directory}: a sync failed ({Reason}); {Outcome}.")]
        public static partial void SyncFailed(ILogger logger, string directory, string reason, string outcome);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Spool {Directory}: let go of documents {From} to {To} ({Reason}).")]
        public static partial void Expired(ILogger logger, string directory, ulong from, ulong to, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Spool {Directory}: cannot tidy up ({Reason}); trying again in a minute.")]
        public static partial void MaintenanceFailed(ILogger logger, string directory, string reason);

        [LoggerMessage(Level = LogLevel.Debug, Message = "Spool {Directory}: cannot note that all is synced ({Reason}); the next start writes the last segment again.")]
        public static partial void MarkFailed(ILogger logger, string directory, string reason);
    }
}
