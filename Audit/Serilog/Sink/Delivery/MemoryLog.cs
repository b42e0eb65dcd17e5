using System.Buffers.Binary;
using System.Security.Cryptography;
using Coral.Audit;
using Coral.Audit.Bootstrap;
using Coral.Audit.Events;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Microsoft.Extensions.Logging.Abstractions;
using Serilog.Events;

namespace Serilog.Sinks.Elasticsearch.Delivery;

/// <summary>
/// Events in memory, and what ships them one batch after the other with the audit's own sender: ids, outcomes and repetitions are the same, so what the server got is there once. What the server has not when the process ends
/// is a failure.
/// </summary>
internal sealed class MemoryLog : ILogStore
{
    private readonly ShipperOptions options;
    private readonly TimeProvider time;
    private readonly SelfLogLines lines;
    private readonly Failures failures;
    private readonly EventQueue queue;
    private readonly AuditMetrics metrics;
    private readonly HttpClient http;
    private readonly SearchClient client;
    private readonly TemplateInstaller installer;
    private readonly BatchSender sender;
    private readonly Backoff backoff;
    private readonly CancellationTokenSource stop = new();
    private readonly Task shipping;
    private bool held;

    public MemoryLog(SinkSettings settings, ElasticsearchSinkOptions sink, SelfLogLines lines, Failures failures)
    {
        (options, time, this.lines, this.failures) = (settings.Shipper, settings.Time, lines, failures);
        var identity = new WriterIdentity(BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)), 1);
        metrics = new AuditMetrics(new SpoolOptions { Directory = "", Class = StreamClass.Logs, MaxBytes = EventQueue.MostBytes }, () => 0);
        queue = new EventQueue(sink.QueueSizeLimit, identity);
        http = settings.NewHttpClient();
        var family = $"coral-{identity.Writer:x16}";
        client = new SearchClient(options, time, family, http);
        installer = new TemplateInstaller(client, lines, options.Streams);
        var guard = new RolloverGuard(client, new OwnRequests(client, family, family, options.QuietTime, time), lines);
        // It would say that what is refused is kept somewhere.
        sender = new BatchSender(client, guard, metrics, new BatchSize(options.BatchBytes, time), options, time, NullLogger.Instance);
        backoff = new Backoff(options);
        shipping = Task.Run(RunAsync);
    }

    public void Add(LogLineEvent line, LogEvent e) => queue.Add(line, e);

    public async ValueTask DisposeAsync()
    {
        queue.Close();
        await stop.CancelAsync();
        await shipping;
        client.Dispose();
        http.Dispose();
        metrics.Dispose();
        queue.Dispose();
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var _ = stop.Token.Register(() => deadline.CancelAfter(options.ShutdownTimeout));
        try
        {
            var prepared = false;
            while (await AnyAsync(deadline.Token))
            {
                if (!prepared) prepared = await PrepareAsync(deadline.Token);
                if (prepared) await ShipAsync(queue.Take(options.BatchDocuments), deadline.Token);
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            foreach (var left in queue.Take(int.MaxValue)) failures.Report(left.Event, Unshipped());
        }
    }

    private static NoRoomException Unshipped() => new("the program ended before the server took it");

    /// <summary>Waits for an event and its company; false when the end is asked for and nothing is left.</summary>
    private async Task<bool> AnyAsync(CancellationToken cancel)
    {
        try
        {
            if (queue.Count == 0) await queue.WaitAsync(stop.Token);
            if (queue.Count < options.BatchDocuments) await Task.Delay(options.Linger, time, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The last ones go without waiting for company.
        }

        cancel.ThrowIfCancellationRequested();
        return queue.Count > 0;
    }

    private async Task<bool> PrepareAsync(CancellationToken cancel)
    {
        var failed = backoff.Failures;
        try
        {
            var server = (await installer.InstallAsync(cancel)).Server;
            sender.RequireDataStream = server.TakesRequireDataStream;
            backoff.Reset();
            return true;
        }
        catch (Exception error) when (error is NotPreparedException or HttpRequestException or IOException or TimeoutException)
        {
            await PauseAsync(failed, null, error.Message, cancel);
            return false;
        }
    }

    private async Task ShipAsync(List<Waiting> taken, CancellationToken cancel)
    {
        var batch = new ShipBatch();
        foreach (var item in taken) batch.Add(item.Frame);
        try
        {
            while (!batch.IsDone)
            {
                var failed = backoff.Failures;
                var step = await sender.StepAsync(batch, cancel);
                if (step.Settled)
                {
                    backoff.Reset();
                    held = false;
                }

                if (step.Kind == StepKind.Progress) continue;
                await PauseAsync(failed, step.AtLeast, step.Detail, cancel);
                if (step.Kind == StepKind.Blocked) await PrepareAsync(cancel);
            }
        }
        finally
        {
            var first = taken.Count == 0 ? 0 : taken[0].Frame.Sequence;
            foreach (var item in batch.Dead) failures.Report(taken[(int)(item.Frame.Sequence - first)].Event, new NoRoomException($"the server refuses it for good: {item.DeadReason}"));
            foreach (var item in batch.Open) failures.Report(taken[(int)(item.Frame.Sequence - first)].Event, Unshipped());
            queue.Settled(taken);
        }
    }

    /// <summary>As the shipper of a spool pauses: a stop ends a pause, and those after it are short.</summary>
    private async Task PauseAsync(int failed, TimeSpan? atLeast, string why, CancellationToken cancel)
    {
        if (!held) lines.Say($"events wait in memory: {why}");
        held = true;
        var pause = backoff.Next(failed, atLeast);
        if (stop.IsCancellationRequested)
        {
            await Task.Delay(pause < options.BackoffFirst ? pause : options.BackoffFirst, time, cancel);
            return;
        }

        try
        {
            await Task.Delay(pause, time, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            backoff.Reset();
        }
    }
}
