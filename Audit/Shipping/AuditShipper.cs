using System.Collections.Immutable;
using Coral.Audit.Bootstrap;
using Coral.Audit.Spool;
using Microsoft.Extensions.Logging;

namespace Coral.Audit.Shipping;

/// <summary>
/// Empties a spool into an Elasticsearch or OpenSearch. Each document is sent with an id that it got when it was accepted, until the server has it or has refused it for good; one whose fate is
/// unknown is looked for before it is sent again, so that it is stored once. The server's speed and faults never reach <see cref="AuditSpool.Append"/>. One shipper a life of a spool: a second one counts again what the first had not acknowledged; <see cref="Status"/> may be read from any thread.
/// </summary>
public sealed partial class AuditShipper : IDisposable
{
    private readonly AuditSpool spool;
    private readonly ShipperOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly HttpClient? ownClient;
    private readonly SearchClient client;
    private readonly TemplateInstaller installer;
    private readonly BatchSender sender;
    private readonly DeadLetterFolder deadLetters;
    private readonly Backoff backoff;
    private readonly SpoolCursor cursor;
    private ulong missing;
    private bool prepared;
    private CancellationToken stop;
    private volatile ShipperStatus status = new(ShipperState.Starting, "", []);

    /// <summary>Starts nothing yet. A given <paramref name="http"/> stays the caller's; it must not follow redirects and must have no timeout of its own that is shorter than the request's.</summary>
    public AuditShipper(AuditSpool spool, ShipperOptions options, TimeProvider time, ILogger logger, HttpClient? http = null)
    {
        this.spool = spool;
        this.options = options;
        this.time = time;
        this.logger = logger;
        if (http is null) http = ownClient = SearchClient.NewHttpClient();
        client = new SearchClient(http, options.Url, options.ApiKey, options.RequestTimeout, time, $"coral-{spool.Identity.Writer:x16}");
        installer = new TemplateInstaller(client, logger);
        sender = new BatchSender(client, new RolloverGuard(client, new OwnRequests(client, options.QuietTime, time), logger), spool.Metrics, options, logger);
        deadLetters = new DeadLetterFolder(spool.Directory, spool.Identity, spool.Files, options.DeadLetterMaxBytes, time);
        backoff = new Backoff(options);
        cursor = new SpoolCursor(spool.Directory, spool.FirstUnshipped - 1);
    }

    /// <summary>What the shipper is doing.</summary>
    public ShipperStatus Status => status;

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
        ownClient?.Dispose();
    }

    private async Task RunAsync(bool untilEmpty, CancellationToken stopping)
    {
        stop = stopping;
        using var deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var _ = stopping.Register(() => deadline.CancelAfter(options.ShutdownTimeout));
        try
        {
            await PrepareAsync(deadline.Token);
            while (true)
            {
                var batch = new ShipBatch();
                batch.Fill(cursor, options.BatchDocuments, options.BatchBytes);
                CountMissing();
                if (batch.Count == 0)
                {
                    if (untilEmpty || stop.IsCancellationRequested) break;
                    await WaitForMoreAsync();
                    continue;
                }

                // An earlier process or shipper may have sent it and ended before it could note so.
                batch.IsSuspect = batch.First <= spool.MaybeSent;
                spool.MaybeSent = Math.Max(spool.MaybeSent, batch.Last);
                await ShipAsync(batch, deadline.Token);
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            Log.StoppedEarly(logger, client.Root, spool.Metrics.Counts.Pending);
        }

        status = status with { State = ShipperState.Stopped };
    }

    private async Task PrepareAsync(CancellationToken cancel)
    {
        prepared = false;
        while (!prepared)
        {
            try
            {
                var result = await installer.InstallAsync(cancel);
                sender.RequireDataStream = result.Server.TakesRequireDataStream;
                prepared = true;
                Report(ShipperState.Shipping, "", result.Lacks);
                backoff.Reset();
            }
            catch (NotPreparedException error)
            {
                Report(ShipperState.Blocked, error.Message);
                await PauseAsync(null, cancel);
            }
            catch (Exception error) when (error is HttpRequestException or IOException or TimeoutException)
            {
                Report(ShipperState.Waiting, error.Message);
                await PauseAsync(null, cancel);
            }
        }
    }

    private async Task ShipAsync(ShipBatch batch, CancellationToken cancel)
    {
        while (!batch.IsDone)
        {
            var step = await sender.StepAsync(batch, cancel);
            if (step.Settled) backoff.Reset();
            switch (step.Kind)
            {
                case StepKind.Progress:
                    Report(ShipperState.Shipping, "");
                    break;
                case StepKind.Pause:
                    Report(ShipperState.Waiting, step.Detail);
                    await PauseAsync(step.AtLeast, cancel);
                    break;
                default:
                    Report(ShipperState.Blocked, step.Detail);
                    await PauseAsync(null, cancel);
                    await PrepareAgainAsync(cancel);
                    break;
            }
        }

        await SettleAsync(batch, cancel);
    }

    /// <summary>Like the first time, but a server that is prepared and refuses us all the same must not be asked without a pause.</summary>
    private async Task PrepareAgainAsync(CancellationToken cancel)
    {
        try
        {
            var result = await installer.InstallAsync(cancel);
            status = status with { Lacks = result.Lacks };
        }
        catch (Exception error) when (error is NotPreparedException or HttpRequestException or IOException or TimeoutException)
        {
            Report(ShipperState.Blocked, error.Message);
        }
    }

    /// <summary>Refused documents first, then the checkpoint: a crash in between repeats, it loses nothing.</summary>
    private async Task SettleAsync(ShipBatch batch, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                deadLetters.Write(batch.Dead);
                spool.Acknowledge(batch.Last);
                break;
            }
            catch (Exception error) when (error is SpoolUnavailableException or IOException)
            {
                Report(ShipperState.Blocked, error.Message);
                await PauseAsync(null, cancel);
            }
        }

        var dead = batch.Dead.Count();
        if (dead > 0) spool.Metrics.Update(c => c with { DeadLetter = c.DeadLetter + dead, Pending = c.Pending - dead });
    }

    private void CountMissing()
    {
        var more = (long)(cursor.Missing - missing);
        missing = cursor.Missing;
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
    private async Task PauseAsync(TimeSpan? atLeast, CancellationToken cancel)
    {
        var pause = backoff.Next(atLeast);
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

    private void Report(ShipperState state, string detail, ImmutableArray<string>? lacks = null)
    {
        var before = status;
        if (before.State == state && before.Detail == detail && lacks is null) return;
        status = new ShipperStatus(state, detail, lacks ?? before.Lacks);
        if (before.State == state) return;
        if (state == ShipperState.Shipping) Log.Shipping(logger, client.Root);
        else Log.Held(logger, client.Root, state, detail);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Audit documents are shipped to {Url}.")]
        public static partial void Shipping(ILogger logger, Uri url);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Audit documents for {Url} stay in the spool, {State}: {Detail}")]
        public static partial void Held(ILogger logger, Uri url, ShipperState state, string detail);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Stopped before all audit documents were shipped to {Url}: {Pending} stay in the spool and are shipped after the next start.")]
        public static partial void StoppedEarly(ILogger logger, Uri url, long pending);

        [LoggerMessage(Level = LogLevel.Error, Message = "Spool {Directory}: {Count} documents before number {Position} are damaged and can't be shipped.")]
        public static partial void Damaged(ILogger logger, string directory, long count, ulong position);
    }
}
