using Coral.Audit.Bootstrap;
using Coral.Audit.Spool;
using Microsoft.Extensions.Logging;

namespace Coral.Audit.Shipping;

/// <summary>Sends the frames of a dead-letter folder through the sender that every document goes through. Not thread safe.</summary>
internal sealed class DeadLetterReplay : IDisposable
{
    private readonly ShipperOptions options;
    private readonly TimeSpan wait;
    private readonly TimeProvider time;
    private readonly AuditMetrics metrics = new(new SpoolOptions { Directory = "" }, () => 0);
    private readonly SearchClient client;
    private readonly TemplateInstaller installer;
    private readonly BatchSender sender;
    private readonly SpoolCursor cursor;
    private readonly Backoff backoff;
    private long settledAt;

    public DeadLetterReplay(string directory, ShipperOptions options, TimeSpan wait, TimeProvider time, ILogger logger, HttpClient? http)
    {
        this.options = options;
        this.wait = wait;
        this.time = time;
        // Not of the family of those who ship the spool: they have other documents at work.
        const string Family = "coral-deadletter";
        var name = $"{Family}-{Guid.NewGuid():N}";
        client = new SearchClient(options, time, name, http);
        installer = new TemplateInstaller(client, logger, options.Streams);
        sender = new BatchSender(client, new RolloverGuard(client, new OwnRequests(client, Family, name, options.QuietTime, time), logger), metrics, new BatchSize(options.BatchBytes, time), options, time, logger);
        cursor = new SpoolCursor(directory, after: 0);
        backoff = new Backoff(options);
    }

    public AuditCounts Counts => metrics.Counts;

    /// <summary>The ids of what the server has.</summary>
    public HashSet<string> Acknowledged { get; } = new(StringComparer.Ordinal);

    /// <summary>What it will not have, with its words.</summary>
    public Dictionary<string, string> RefusedAgain { get; } = new(StringComparer.Ordinal);

    /// <summary>Why it ended before all was settled, or empty.</summary>
    public string Detail { get; private set; } = "";

    /// <summary>Ends when all are settled, or when for a time none was.</summary>
    public async Task SendAsync(Action<int>? progress, CancellationToken cancel)
    {
        settledAt = time.GetTimestamp();
        while (!await PrepareAsync(cancel))
            if (!await PauseAsync(null, cancel))
                return;
        while (true)
        {
            var batch = new ShipBatch();
            batch.Fill(cursor, options.BatchDocuments, options.BatchBytes);
            if (batch.Count == 0) return;
            // An earlier replay may have ended before it could take out what the server had.
            batch.IsSuspect = true;
            if (!await SendAsync(batch, cancel)) return;
            progress?.Invoke(Acknowledged.Count + RefusedAgain.Count);
        }
    }

    public void Dispose()
    {
        cursor.Dispose();
        client.Dispose();
        metrics.Dispose();
    }

    /// <summary>False when it was given up; what of it is settled counts all the same.</summary>
    private async Task<bool> SendAsync(ShipBatch batch, CancellationToken cancel)
    {
        try
        {
            while (!batch.IsDone)
            {
                var step = await sender.StepAsync(batch, cancel);
                if (step.Settled)
                {
                    settledAt = time.GetTimestamp();
                    backoff.Reset();
                }

                if (step.Kind == StepKind.Progress) continue;
                Detail = step.Detail;
                if (!await PauseAsync(step.AtLeast, cancel)) return false;
                if (step.Kind == StepKind.Blocked) await PrepareAsync(cancel);
            }

            Detail = "";
            return true;
        }
        finally
        {
            foreach (var item in batch.Settled)
                if (item.DeadReason is { } reason) RefusedAgain[item.Frame.Id] = reason;
                else Acknowledged.Add(item.Frame.Id);
        }
    }

    private async Task<bool> PrepareAsync(CancellationToken cancel)
    {
        try
        {
            sender.RequireDataStream = (await installer.InstallAsync(cancel)).Server.TakesRequireDataStream;
            return true;
        }
        catch (Exception error) when (error is NotPreparedException or HttpRequestException or IOException or TimeoutException)
        {
            Detail = error.Message;
            return false;
        }
    }

    /// <summary>False when it is time to give up.</summary>
    private async Task<bool> PauseAsync(TimeSpan? atLeast, CancellationToken cancel)
    {
        var left = wait - time.GetElapsedTime(settledAt);
        if (left <= TimeSpan.Zero) return false;
        var pause = backoff.Next(backoff.Failures, atLeast);
        await Task.Delay(pause < left ? pause : left, time, cancel);
        return true;
    }
}
