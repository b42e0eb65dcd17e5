using Microsoft.Extensions.Logging;

namespace Coral.Audit.Shipping;

internal enum StepKind
{
    /// <summary>Something was settled: go on at once.</summary>
    Progress,

    /// <summary>Try again after a pause.</summary>
    Pause,

    /// <summary>Try again after a pause and after preparing the server anew.</summary>
    Blocked,
}

/// <summary>What one request came to.</summary>
internal readonly record struct Step(StepKind Kind, string Detail = "", TimeSpan? AtLeast = null, bool Settled = false, string Reason = "");

/// <summary>Sends batches, one after the other and one request a step, and settles each document by the table of `research/audit-pipeline.md` §1.4. Not thread safe; several may share a <see cref="BatchSize"/>.</summary>
internal sealed partial class BatchSender(SearchClient client, RolloverGuard guard, AuditMetrics metrics, BatchSize size, ShipperOptions options, TimeProvider time, ILogger logger)
{
    public bool RequireDataStream { get; set; }

    /// <summary>Throws only when cancelled.</summary>
    public async Task<Step> StepAsync(ShipBatch batch, CancellationToken cancel)
    {
        try
        {
            if (batch.IsSuspect) await SettleSuspectsAsync(batch, cancel);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or TimeoutException)
        {
            return new Step(StepKind.Pause, error.Message);
        }

        if (batch.IsDone) return new Step(StepKind.Progress, Settled: true);
        var items = batch.Take(size.Bytes);
        SearchAnswer answer;
        var began = time.GetTimestamp();
        try
        {
            var (body, bytes) = BulkBody.Make(items, options.Compression);
            metrics.BulkBytes.Add(bytes);
            answer = await client.SendAsync(HttpMethod.Post, "_bulk?" + BulkAnswer.Filter + (RequireDataStream ? "&require_data_stream=true" : ""), body, cancel);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or TimeoutException)
        {
            if (!SearchClient.NothingWasSent(error)) Suspect(batch);
            return Again(items.Count, error.Message, nodeFailed: true);
        }
        finally
        {
            metrics.BulkSeconds.Add(time.GetElapsedTime(began).TotalSeconds);
        }

        return Judge(batch, items, answer);
    }

    private Step Judge(ShipBatch batch, List<ShipItem> items, SearchAnswer answer)
    {
        switch (answer.Status)
        {
            case 200:
                if (BulkAnswer.Read(answer, items) is { } answers) return Settle(batch, items, answers, answer.From);
                Suspect(batch);
                return Again(items.Count, "the bulk answer is not whole");
            case 413 when items.Count == 1:
                Shrink(batch, items[0]);
                return new Step(StepKind.Progress);
            case 413:
                size.TooLarge(items.Sum(item => (long)BulkBody.SizeOf(item)));
                return new Step(StepKind.Progress);
            case 400 when items.Count == 1:
                Refuse(batch, items[0], "request refused", answer.Excerpt());
                return new Step(StepKind.Progress);
            case 400:
                // One of them poisons the whole body.
                batch.MostDocuments = Math.Max(1, items.Count / 2);
                return new Step(StepKind.Progress);
            case 408 or 429 or 503:
                size.Busy();
                // A proxy may say so after the server took the documents.
                if (answer.Status != 429) Suspect(batch);
                return Again(items.Count, $"{answer.From} answered {answer.Status}", answer.RetryAfter, nodeFailed: answer.Status == 503);
            case >= 500:
                Suspect(batch);
                return Again(items.Count, $"{answer.From} answered {answer.Status}: {answer.Excerpt()}", nodeFailed: answer.Status is 502 or 504);
            default:
                return new Step(StepKind.Blocked, $"{answer.From} answered {answer.Status}: {answer.Excerpt()}", Reason: BlockReasons.Of(answer.Status));
        }
    }

    private Step Settle(ShipBatch batch, List<ShipItem> items, List<ItemAnswer> answers, Uri? from)
    {
        long indexed = 0, duplicate = 0, failureStore = 0, again = 0, refused = 0;
        var unknown = false;
        ItemAnswer? reason = null;
        for (var i = 0; i < items.Count; i++)
        {
            var told = answers[i];
            switch (told.Outcome)
            {
                case ItemOutcome.Indexed:
                    indexed++;
                    if (told.InFailureStore) failureStore++;
                    batch.Done(items[i]);
                    break;
                case ItemOutcome.Duplicate:
                    duplicate++;
                    batch.Done(items[i]);
                    break;
                case ItemOutcome.Retry or ItemOutcome.Unknown:
                    unknown |= told.Outcome == ItemOutcome.Unknown;
                    again++;
                    reason = told;
                    break;
                default:
                    refused++;
                    Refuse(batch, items[i], told.ErrorType ?? $"status {told.Status}", told.ErrorReason ?? "");
                    break;
            }
        }

        metrics.Update(c => c with
        {
            Indexed = c.Indexed + indexed,
            Duplicate = c.Duplicate + duplicate,
            FailureStore = c.FailureStore + failureStore,
            Pending = c.Pending - indexed - duplicate,
            Retry = c.Retry + again + refused,
        });
        if (unknown) Suspect(batch);
        var settled = indexed + duplicate + refused > 0;
        if (settled)
        {
            size.Took(items.Sum(item => (long)BulkBody.SizeOf(item)));
            batch.MostDocuments = (int)Math.Min(int.MaxValue, batch.MostDocuments * 2L);
        }

        if (reason is not { } why) return new Step(StepKind.Progress, Settled: settled);
        var kind = why.Status is 401 or 403 or 404 && why.ErrorType != "cluster_block_exception" ? StepKind.Blocked : StepKind.Pause;
        return new Step(kind, $"{from} answered {why.Status} {why.ErrorType} for {again} documents: {why.ErrorReason}", Settled: settled, Reason: kind == StepKind.Blocked ? BlockReasons.Of(why.Status) : "");
    }

    private async Task SettleSuspectsAsync(ShipBatch batch, CancellationToken cancel)
    {
        ShipItem[] open = [.. batch.Open];
        if (await guard.FindStoredAsync(open, cancel) is { } stored)
        {
            var found = 0;
            foreach (var item in stored.Where(item => !item.IsDone))
            {
                batch.Done(item);
                found++;
            }

            metrics.Update(c => c with { Duplicate = c.Duplicate + found, Pending = c.Pending - found });
        }
        else
        {
            metrics.Update(c => c with { Unverified = c.Unverified + open.Length });
        }

        batch.IsSuspect = false;
    }

    private void Suspect(ShipBatch batch)
    {
        batch.IsSuspect = true;
        guard.Suspect();
        metrics.Update(c => c with { Ambiguous = c.Ambiguous + 1 });
    }

    /// <summary>A failed node rests; where another one is well it is asked at once.</summary>
    private Step Again(int count, string detail, TimeSpan? atLeast = null, bool nodeFailed = false)
    {
        metrics.Update(c => c with { Retry = c.Retry + count });
        return new Step(nodeFailed && client.CanGoElsewhere ? StepKind.Progress : StepKind.Pause, detail, atLeast);
    }

    /// <summary>Too large on its own.</summary>
    private void Shrink(ShipBatch batch, ShipItem item)
    {
        var slim = item.IsSlim || item.IsFallback ? null : LesserDocument.Slim(item.Document);
        if (slim is null) Bury(batch, item, "too large for the server");
        else (item.Document, item.IsSlim) = (slim, true);
    }

    /// <summary>The server won't have this document, now or ever: once in a lesser form under the same id, then not at all.</summary>
    private void Refuse(ShipBatch batch, ShipItem item, string type, string reason)
    {
        var fallback = item.IsFallback ? null : LesserDocument.Fallback(item.Frame.Document, type, reason);
        if (fallback is null) Bury(batch, item, $"{type}: {reason}");
        else (item.Document, item.IsFallback) = (fallback, true);
    }

    private void Bury(ShipBatch batch, ShipItem item, string reason)
    {
        item.DeadReason = reason;
        batch.Done(item);
        Log.Dead(logger, client.Root, item.Frame.Id, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Url} refuses document {Id} for good ({Reason}); it is kept in the dead-letter folder.")]
        public static partial void Dead(ILogger logger, Uri url, string id, string reason);
    }
}
