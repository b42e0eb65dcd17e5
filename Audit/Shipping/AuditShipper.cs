using System.Collections.Concurrent;
using Coral.Audit.Bootstrap;
using Coral.Audit.Spool;
using Microsoft.Extensions.Logging;

namespace Coral.Audit.Shipping;

/// <summary>
/// Empties a spool into an Elasticsearch or OpenSearch, several batches at a time. Each document is sent with an id that it got when it was accepted, until the server has it or has refused it for good; one
/// whose fate is unknown is looked for before it is sent again, so that it is stored once. The checkpoint moves over what is settled without a gap. The server's speed and faults never reach
/// <see cref="AuditSpool.Append"/>. One shipper a life of a spool: a second one counts again what the first had not acknowledged; <see cref="Status"/> may be read from any thread.
/// </summary>
public sealed partial class AuditShipper : IDisposable
{
    private readonly AuditSpool spool;
    private readonly ShipperOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly SearchClient client;
    private readonly TemplateInstaller installer;
    private readonly ConcurrentStack<BatchSender> idle;
    private readonly BatchSender[] senders;
    private readonly DeadLetterFolder deadLetters;
    private readonly Backoff backoff;
    private readonly Pace pace;
    private readonly StatusBoard board;
    private readonly OldestPending oldest;
    private readonly SemaphoreSlim preparing = new(1);
    private readonly SpoolCursor cursor;
    private ulong missing;
    private ulong absent;
    private CancellationToken stop;

    /// <summary>Starts nothing yet. A given <paramref name="http"/> stays the caller's; it must not follow redirects and must have no timeout of its own that is shorter than the request's.</summary>
    public AuditShipper(AuditSpool spool, ShipperOptions options, TimeProvider time, ILogger logger, HttpClient? http = null)
    {
        this.spool = spool;
        this.options = options;
        this.time = time;
        this.logger = logger;
        // Each sender has a name of its own, so that after a broken connection the server tells which request is still at work.
        var family = $"coral-{spool.Identity.Writer:x16}";
        var name = $"{family}-{Guid.NewGuid():N}";
        client = new SearchClient(options, time, name, http);
        installer = new TemplateInstaller(client, logger, options.Streams);
        var size = new BatchSize(options.BatchBytes, time);
        senders = [.. Enumerable.Range(1, options.Requests).Select(number => NewSender(client.As($"{name}-{number}"), family, name, size))];
        idle = new ConcurrentStack<BatchSender>(senders);
        deadLetters = new DeadLetterFolder(spool.Directory, spool.Identity, spool.Files, options.DeadLetterMaxBytes, time);
        backoff = new Backoff(options);
        pace = new Pace(options.Requests);
        board = new StatusBoard(client.Root, logger);
        oldest = new OldestPending(spool, time);
        cursor = new SpoolCursor(spool.Directory, spool.FirstUnshipped - 1, spool.Files);
    }

    /// <summary>What the shipper is doing.</summary>
    public ShipperStatus Status => board.Status;

    /// <summary>How long the oldest document that is not shipped has waited, by its own time; zero when all is shipped. Reads the spool: for now and then, not for every document.</summary>
    public TimeSpan OldestPending => oldest.Age();

    /// <summary>How many requests may be at work now.</summary>
    internal int AllowedRequests => pace.Allowed;

    /// <summary>
    /// Ships until <paramref name="stopping"/>, then tries for <see cref="ShipperOptions.ShutdownTimeout"/> to ship the rest. Ends without an exception for every fault of server and network; what was not
    /// shipped stays in the spool.
    /// </summary>
    public Task RunAsync(CancellationToken stopping) => RunAsync(untilEmpty: false, stopping);

    /// <summary>Ships what is in the spool and ends when all of it is settled, or some time after <paramref name="stopping"/>.</summary>
    public Task DrainAsync(CancellationToken stopping) => RunAsync(untilEmpty: true, stopping);

    /// <inheritdoc/>
    public void Dispose()
    {
        cursor.Dispose();
        deadLetters.Dispose();
        client.Dispose();
        preparing.Dispose();
    }

    private BatchSender NewSender(SearchClient named, string family, string name, BatchSize size) =>
        new(named, new RolloverGuard(named, new OwnRequests(named, family, name, options.QuietTime, time), logger), spool.Metrics, size, options, time, logger);

    private async Task RunAsync(bool untilEmpty, CancellationToken stopping)
    {
        stop = stopping;
        using var deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
        await using var _ = stopping.Register(() => deadline.CancelAfter(options.ShutdownTimeout));
        var flights = new Flights();
        try
        {
            await PrepareAsync(deadline.Token);
            await ShipAllAsync(flights, untilEmpty, ending.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            Log.StoppedEarly(logger, client.Root, spool.Metrics.Counts.Pending);
        }
        finally
        {
            await ending.CancelAsync();
            await flights.EndedAsync();
        }

        board.Report(ShipperState.Stopped);
    }

    private async Task ShipAllAsync(Flights flights, bool untilEmpty, CancellationToken cancel)
    {
        Task? more = null;
        while (true)
        {
            bool isEmpty;
            try
            {
                isEmpty = Launch(flights, cancel);
            }
            catch (IOException error) when (flights.Count == 0)
            {
                board.Report(ShipperState.Blocked, $"spool {spool.Directory}: cannot be read ({error.Message})", BlockReasons.Spool);
                if (stop.IsCancellationRequested) return;
                await PauseAsync(backoff.Failures, null, cancel);
                continue;
            }

            if (flights.Count == 0 && (untilEmpty || stop.IsCancellationRequested)) return;
            // After a stop what is new is looked for when something has arrived.
            if (isEmpty && !stop.IsCancellationRequested && more is null or { IsCompleted: true }) more = WaitForMoreAsync();
            await flights.AnyAsync(isEmpty && !stop.IsCancellationRequested ? more : null).WaitAsync(cancel);
            await SettleAsync(await flights.ArrivedAsync(), cancel);
        }
    }

    /// <summary>Sends off what is there, as far as senders are idle. Returns whether nothing is left.</summary>
    private bool Launch(Flights flights, CancellationToken cancel)
    {
        // Twice as many as senders: one slow batch does not idle the others, and memory stays bounded.
        while (flights.Count < 2 * options.Requests && idle.TryPop(out var sender))
        {
            var batch = new ShipBatch();
            try
            {
                batch.Fill(cursor, options.BatchDocuments, options.BatchBytes);
            }
            catch (IOException)
            {
                idle.Push(sender);
                if (flights.Count == 0) throw;
                // Those under way first.
                return false;
            }

            CountMissing();
            if (batch.Count == 0)
            {
                idle.Push(sender);
                return true;
            }

            // An earlier process or shipper may have sent it and ended before it could note so.
            batch.IsSuspect = batch.First <= spool.MaybeSent;
            spool.MaybeSent = Math.Max(spool.MaybeSent, batch.Last);
            flights.Add(batch, Task.Run(() => ShipAsync(sender, batch, cancel), cancel));
        }

        return false;
    }

    private async Task ShipAsync(BatchSender sender, ShipBatch batch, CancellationToken cancel)
    {
        while (!batch.IsDone)
        {
            await pace.EnterAsync(cancel);
            try
            {
                await StepAsync(sender, batch, cancel);
            }
            finally
            {
                pace.Leave();
            }
        }

        idle.Push(sender);
    }

    /// <summary>One request, and the pause after it: whoever pauses keeps the place, so that a server that is not well is asked by few.</summary>
    private async Task StepAsync(BatchSender sender, ShipBatch batch, CancellationToken cancel)
    {
        var failures = backoff.Failures;
        var step = await sender.StepAsync(batch, cancel);
        if (step.Settled) backoff.Reset();
        if (step.Kind == StepKind.Progress)
        {
            if (!step.Settled) return;
            pace.Went();
            board.Report(ShipperState.Shipping);
            return;
        }

        pace.Slow();
        board.Report(step.Kind == StepKind.Pause ? ShipperState.Waiting : ShipperState.Blocked, step.Detail, step.Reason);
        await PauseAsync(step.Settled ? 0 : failures, step.AtLeast, cancel);
        if (step.Kind == StepKind.Blocked) await PrepareAgainAsync(cancel);
    }

    private async Task PrepareAsync(CancellationToken cancel)
    {
        while (!await TryPrepareAsync(cancel)) await PauseAsync(backoff.Failures, null, cancel);
        backoff.Reset();
        board.Report(ShipperState.Shipping);
    }

    /// <summary>Like the first time, but a server that is prepared and refuses us all the same must not be asked without a pause.</summary>
    private async Task PrepareAgainAsync(CancellationToken cancel)
    {
        await preparing.WaitAsync(cancel);
        try
        {
            await TryPrepareAsync(cancel);
        }
        finally
        {
            preparing.Release();
        }
    }

    private async Task<bool> TryPrepareAsync(CancellationToken cancel)
    {
        try
        {
            var result = await installer.InstallAsync(cancel);
            foreach (var sender in senders) sender.RequireDataStream = result.Server.TakesRequireDataStream;
            board.Lacks(result.Lacks);
            return true;
        }
        catch (NotPreparedException error)
        {
            board.Report(ShipperState.Blocked, error.Message, BlockReasons.Bootstrap);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or TimeoutException)
        {
            board.Report(ShipperState.Waiting, error.Message);
        }

        return false;
    }

    /// <summary>Refused documents first, then the checkpoint: a crash in between repeats, it loses nothing.</summary>
    private async Task SettleAsync(List<ShipBatch> arrived, CancellationToken cancel)
    {
        if (arrived.Count == 0) return;
        ShipItem[] dead = [.. arrived.SelectMany(batch => batch.Dead)];
        while (true)
        {
            try
            {
                deadLetters.Write(dead);
                spool.Acknowledge(arrived[^1].Last);
                break;
            }
            catch (Exception error) when (error is SpoolUnavailableException or IOException)
            {
                board.Report(ShipperState.Blocked, error.Message, BlockReasons.DeadLetter);
                await PauseAsync(backoff.Failures, null, cancel);
            }
        }

        if (dead.Length > 0) spool.Metrics.Update(c => c with { DeadLetter = c.DeadLetter + dead.Length, Pending = c.Pending - dead.Length });
    }

    private void CountMissing()
    {
        var more = (long)(cursor.Missing - missing) - (long)(cursor.Absent - absent) + spool.ReadTo(cursor.Position, (long)(cursor.Absent - absent));
        (missing, absent) = (cursor.Missing, cursor.Absent);
        if (more == 0) return;
        spool.Metrics.Update(c => c with { Corrupt = c.Corrupt + more, Pending = c.Pending - more });
        Log.Damaged(logger, spool.Directory, more, cursor.Position);
    }

    private async Task WaitForMoreAsync()
    {
        try
        {
            await spool.WaitForMoreAsync(cursor.Position, stop);
            await Task.Delay(options.Linger, time, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The last documents are shipped without waiting for company.
        }
    }

    /// <summary>While running a stop ends the pause, so that the last try comes at once; after it pauses are short, because little time is left.</summary>
    private async Task PauseAsync(int failures, TimeSpan? atLeast, CancellationToken cancel)
    {
        var pause = backoff.Next(failures, atLeast);
        if (stop.IsCancellationRequested)
        {
            await Task.Delay(pause < options.BackoffFirst ? pause : options.BackoffFirst, time, cancel);
            return;
        }

        try
        {
            await Task.Delay(pause, time, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            backoff.Reset();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Stopped before all audit documents were shipped to {Url}: {Pending} stay in the spool and are shipped after the next start.")]
        public static partial void StoppedEarly(ILogger logger, Uri url, long pending);

        [LoggerMessage(Level = LogLevel.Error, Message = "Spool {Directory}: {Count} documents before number {Position} are damaged and can't be shipped.")]
        public static partial void Damaged(ILogger logger, string directory, long count, ulong position);
    }
}
