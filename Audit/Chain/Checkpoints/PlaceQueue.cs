using Microsoft.Extensions.Logging;

namespace Coral.Audit.Chain.Checkpoints;

/// <summary>Brings checkpoints to one second place, one try at a time and never in the way of the next checkpoint. What failed is kept, up to a bound, and tried again with the next. Thread safe.</summary>
internal sealed partial class PlaceQueue(ICheckpointPlace place, TimeSpan timeout, TimeProvider time, Action failed, ILogger logger)
{
    /// <summary>More than half a day of an idle writer.</summary>
    private const int Most = 1000;

    private readonly Lock gate = new();
    private readonly List<SignedCheckpoint> pending = [];
    private Task working = Task.CompletedTask;
    private bool isWorking;
    private bool isFailing;

    public void Offer(SignedCheckpoint checkpoint)
    {
        lock (gate)
        {
            pending.Add(checkpoint);
            if (pending.Count > Most) pending.RemoveAt(0);
            Begin();
        }
    }

    /// <summary>Completes after one more try for what is left.</summary>
    public async Task FlushAsync()
    {
        await Working();
        lock (gate)
            if (pending.Count > 0) Begin();
        await Working();
    }

    private Task Working()
    {
        lock (gate) return working;
    }

    /// <summary>Under the lock.</summary>
    private void Begin()
    {
        if (isWorking) return;
        isWorking = true;
        working = Task.Run(WorkAsync);
    }

    private async Task WorkAsync()
    {
        while (true)
        {
            SignedCheckpoint[] batch;
            lock (gate)
            {
                batch = [.. pending];
                if (batch.Length == 0)
                {
                    isWorking = false;
                    return;
                }
            }

            if (await TryAsync(batch)) continue;
            lock (gate) isWorking = false;
            return;
        }
    }

    private async Task<bool> TryAsync(SignedCheckpoint[] batch)
    {
        using var patience = new CancellationTokenSource(timeout, time);
        try
        {
            await place.StoreAsync([.. batch], patience.Token).WaitAsync(patience.Token);
        }
        // Whatever a place throws, decisions and checkpoints go on.
        catch (Exception error)
        {
            failed();
            if (!isFailing) Log.NotKept(logger, place.Name, error is OperationCanceledException ? "no answer in time" : error.Message);
            isFailing = true;
            return false;
        }

        if (isFailing) Log.KeptAgain(logger, place.Name);
        isFailing = false;
        lock (gate) pending.RemoveAll(batch.Contains);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "checkpoints could not be kept in {Place}: {Cause}. They stand in the spool; it is tried again with the next one")]
        public static partial void NotKept(ILogger logger, string place, string cause);

        [LoggerMessage(Level = LogLevel.Information, Message = "checkpoints are kept in {Place} again")]
        public static partial void KeptAgain(ILogger logger, string place);
    }
}
