using Coral.Audit.Events;

namespace Coral.Audit.Spool;

/// <summary>The thread behind the spool: it syncs, so that appends never do, and it tidies up.</summary>
public sealed partial class AuditSpool
{
    private static readonly TimeSpan MaintenanceInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RescueInterval = TimeSpan.FromSeconds(1);

    private static readonly List<(AuditReceipt Receipt, TaskCompletionSource<AuditReceipt> Done)> NoWaiters = [];

    private readonly AutoResetEvent wake = new(false);
    private List<(AuditReceipt Receipt, TaskCompletionSource<AuditReceipt> Done)> waiters = [];
    private Thread syncing = null!;
    private ITimer syncTimer = null!;
    private ITimer maintenanceTimer = null!;
    private bool syncArmed;
    private int maintenanceDue;
    private volatile bool stopping;

    private void StartSyncing()
    {
        syncTimer = time.CreateTimer(_ => wake.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        maintenanceTimer = time.CreateTimer(_ => RequestMaintenance(), null, MaintenanceInterval, MaintenanceInterval);
        // An opened spool is one whose disk was seen to work.
        SyncOnce();
        // A thread of its own, because a slow disk must not hold up the thread pool that answers admissions.
        syncing = new Thread(RunSyncing) { IsBackground = true, Name = "coral-audit-sync" };
        syncing.Start();
        RequestMaintenance();
    }

    private async Task StopSyncing()
    {
        stopping = true;
        wake.Set();
        await Task.Run(syncing.Join);
        await syncTimer.DisposeAsync();
        await maintenanceTimer.DisposeAsync();
        wake.Dispose();
    }

    /// <summary>After the last sync.</summary>
    private void MarkSynced()
    {
        if (log.Broken is not null) return;
        try
        {
            SyncedMark.Write(options.Directory, options.Files, identity, log.Synced);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Log.MarkFailed(logger, options.Directory, error.Message);
        }
    }

    private void RunSyncing()
    {
        while (!stopping)
        {
            wake.WaitOne();
            if (Interlocked.Exchange(ref maintenanceDue, 0) == 1) Maintain();
            SyncOnce();
        }

        if (Volatile.Read(ref maintenanceDue) == 1 || refused is not null) Maintain();
        SyncOnce();
    }

    /// <summary>Under the lock.</summary>
    private void ArmSync()
    {
        if (syncArmed) return;
        syncArmed = true;
        syncTimer.Change(options.SyncInterval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Under the lock.</summary>
    private Task<AuditReceipt> WhenSynced(AuditReceipt receipt)
    {
        var done = new TaskCompletionSource<AuditReceipt>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiters.Add((receipt, done));
        wake.Set();
        return done.Task;
    }

    private void RequestMaintenance()
    {
        Interlocked.Exchange(ref maintenanceDue, 1);
        if (!stopping) wake.Set();
    }

    private void SyncOnce()
    {
        SyncWork? work;
        List<(AuditReceipt Receipt, TaskCompletionSource<AuditReceipt> Done)> due;
        bool broken;
        lock (gate)
        {
            syncArmed = false;
            broken = log.Broken is not null;
            work = log.BeginSync();
            // Never the list that appends go on to fill: what is in there is not part of this sync.
            due = waiters.Count == 0 ? NoWaiters : waiters;
            if (due.Count > 0) waiters = [];
        }

        IOException? failure = null;
        if (work is { } todo)
        {
            try
            {
                // A file whose sync failed once is never trusted again.
                if (broken) failure = log.Broken;
                else Sync(todo);
            }
            catch (IOException error)
            {
                failure = error;
            }

            failure = Finish(todo, failure);
        }

        foreach (var (receipt, done) in due)
            if (failure is null) done.TrySetResult(receipt);
            else done.TrySetException(SpoolErrors.Describe(options.Directory, failure));
    }

    private void Sync(SyncWork todo)
    {
        var began = time.GetTimestamp();
        log.Sync(todo);
        Metrics.SyncSeconds.Add(time.GetElapsedTime(began).TotalSeconds);
    }

    /// <summary>Returns why the documents are still not on the disk, or null.</summary>
    private IOException? Finish(SyncWork work, IOException? failure)
    {
        lock (gate)
        {
            if (failure is null)
            {
                log.EndSync(work);
                return null;
            }

            var rescued = log.Rescue(failure);
            if (!rescued && !stopping) syncTimer.Change(RescueInterval, Timeout.InfiniteTimeSpan);
            Log.SyncFailed(logger, options.Directory, failure.Message, rescued ? "the documents were written again into a new segment" : "no document is accepted until the disk works again");
            return rescued ? null : log.Broken;
        }
    }

    private void Maintain()
    {
        try
        {
            lock (gate)
            {
                if (log.Broken is not null) return;
                var now = time.GetUtcNow();
                if (!log.ActiveIsEmpty && Retention.RollIsDue(options, log.ActiveSince, now)) log.Roll();
                var removed = 0;
                for (; Retention.Due(options, log.Segments, log.Bytes, checkpoint.Position, readUpTo, now) is { } due; removed++) Remove(due.Index, due.Reason);
                if (removed > 0) options.Files.SyncDirectory(options.Directory);
                ReportLosses();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SpoolUnavailableException)
        {
            Log.MaintenanceFailed(logger, options.Directory, error.Message);
        }
    }
}
