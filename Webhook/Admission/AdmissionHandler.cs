using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Coral.Policies;
using Coral.Webhook.Facts;
using Coral.Webhook.Health;
using Coral.Webhook.Recording;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Coral.Webhook.Admission;

/// <summary>
/// One admission call: read, decide, record, answer. Whatever goes wrong inside, the pod is admitted as it came, unless a policy requires the audit;
/// only what is no review at all gets an HTTP error.
/// </summary>
internal sealed class AdmissionHandler(DecisionEngine engine, IFactsSource source, DecisionRecorder recorder, AdmissionMetrics metrics, TimeProvider time, ILogger logger)
{
    /// <summary>The largest body: etcd refuses objects beyond 1.5 MiB, an update carries two of them, and JSON may be twice as large as what is stored.</summary>
    internal const int MostBodyBytes = 7 * 1024 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? shared;

    /// <summary>Answers a POST to <c>/mutate</c>.</summary>
    internal Task MutateAsync(HttpContext context) => HandleAsync(context, validating: false);

    /// <summary>Answers a POST to <c>/validate</c>.</summary>
    internal Task ValidateAsync(HttpContext context) => HandleAsync(context, validating: true);

    private async Task HandleAsync(HttpContext context, bool validating)
    {
        var started = time.GetTimestamp();
        if (await ReadAsync(context) is not { } review) return;
        try
        {
            var request = new PodRequest
            {
                DecisionId = review.Uid,
                Namespace = review.Namespace,
                Pod = review.Object,
                Operation = review.Operation,
                Resource = review.Resource,
                SubResource = review.SubResource,
                Requester = review.Requester,
                DryRun = review.DryRun,
            };
            var (decision, facts) = await DecideAsync(request, review.Kind, validating, context.RequestAborted);
            var took = time.GetElapsedTime(started);
            if (context.RequestAborted.IsCancellationRequested) return;

            var recorded = await TryRecordAsync(review, request, facts, decision, validating, took);
            await AnswerAsync(context, review.Uid, recorded || !decision.AuditRequired ? decision : null);
            Count(review, decision, validating, recorded, took);
        }
        finally
        {
            review.Dispose();
            // The JSON was read in place; only now may the pipe have its memory back, and must, or the connection could not go on.
            context.Request.BodyReader.AdvanceTo(review.End);
        }
    }

    /// <summary>The review, or null after an HTTP error was written.</summary>
    private async ValueTask<AdmissionReview?> ReadAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method)) return await RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "send an AdmissionReview by POST");
        if (!IsJson(context.Request.ContentType)) return await RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, "Content-Type must be application/json");
        if (context.Request.ContentLength > MostBodyBytes) return await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, TooLarge);

        try
        {
            var body = await BodyAsync(context);
            if (AdmissionReview.TryRead(body, out var review, out var mistake)) return review;
            context.Request.BodyReader.AdvanceTo(body.End);
            return await RefuseAsync(context, StatusCodes.Status400BadRequest, mistake);
        }
        catch (BadHttpRequestException exception)
        {
            return await RefuseAsync(context, exception.StatusCode, exception.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => TooLarge,
                StatusCodes.Status408RequestTimeout => TooSlow,
                _ => "the body could not be read",
            });
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return null;
        }
    }

    /// <summary>The whole body. It stays in the pipe's own memory, unread, until the request ends.</summary>
    private async ValueTask<ReadOnlySequence<byte>> BodyAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        // A body that is here already needs no timer.
        if (reader.TryRead(out var result))
        {
            if (result.IsCompleted) return result.Buffer;
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        await using var limit = time.CreateTimer(static reader => ((PipeReader)reader!).CancelPendingRead(), reader, Timeout(context), System.Threading.Timeout.InfiniteTimeSpan);
        while (true)
        {
            result = await reader.ReadAsync(context.RequestAborted);
            if (result.IsCompleted) return result.Buffer;
            if (result.IsCanceled) throw new BadHttpRequestException(TooSlow, StatusCodes.Status408RequestTimeout);
            if (result.Buffer.Length > MostBodyBytes) throw new BadHttpRequestException(TooLarge, StatusCodes.Status413PayloadTooLarge);
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private async ValueTask<(Decision Decision, ClusterFacts Facts)> DecideAsync(PodRequest request, string kind, bool validating, CancellationToken cancellation)
    {
        var facts = source.Current;
        try
        {
            if (facts is null) return (Failed(request, Reasons.FactsNotReady), ClusterFacts.Empty);
            var decision = Decide(request, facts, kind, validating);
            // A pod that did not opt in never reaches us, so the API server knows more of the namespace than we do yet.
            if (decision.Reason is Reasons.NamespaceUnknown || (decision.Reason is Reasons.NotOptedIn && !validating))
            {
                facts = await source.RefreshAsync(request.Namespace, cancellation);
                decision = Decide(request, facts, kind, validating);
            }

            return (decision, facts);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.DecisionFailed(exception, request.DecisionId);
            return (Failed(request, Reasons.InternalError), facts ?? ClusterFacts.Empty);
        }
    }

    private Decision Decide(PodRequest request, ClusterFacts facts, string kind, bool validating) =>
        !validating ? engine.Decide(request, facts)
        : request.Resource == "pods" ? engine.Validate(request, facts)
        : WorkloadWarning.Decide(engine, request, facts, kind);

    /// <summary>False when the document could not be recorded, for whatever reason: the pod must not suffer from it.</summary>
    private async ValueTask<bool> TryRecordAsync(AdmissionReview review, PodRequest request, ClusterFacts facts, Decision decision, bool validating, TimeSpan took)
    {
        try
        {
            await recorder.RecordAsync(review, request, facts, decision, validating, took);
            return true;
        }
        catch (Exception exception)
        {
            logger.NotRecorded(decision.Id, exception.Message);
            return false;
        }
    }

    private static async Task AnswerAsync(HttpContext context, string uid, Decision? decision)
    {
        var buffer = shared ??= new ArrayBufferWriter<byte>(16 * 1024);
        buffer.ResetWrittenCount();
        if (decision is null) ReviewAnswer.WriteUnavailable(buffer, uid);
        else ReviewAnswer.Write(buffer, uid, decision);

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = buffer.WrittenCount;
        // The pipe copies before it returns, so the buffer is free for the next answer on this thread.
        var written = context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
        if (!written.IsCompletedSuccessfully) await written;
    }

    private void Count(AdmissionReview review, Decision decision, bool validating, bool recorded, TimeSpan took)
    {
        var outcome = recorded || !decision.AuditRequired ? decision.Outcome : Outcome.Failed;
        var reason = recorded || !decision.AuditRequired ? decision.Reason : Reasons.AuditUnavailable;
        metrics.Ended(validating ? "validate" : "mutate", outcome.ToCode(), reason, took);
        var name = review.Name.Length > 0 ? review.Name : review.Object.Get("metadata"u8).Text("generateName"u8) ?? "";
        if (outcome is Outcome.Denied or Outcome.Failed) logger.Refused(review.Namespace, name, outcome.ToCode(), reason, decision.Id);
        else logger.Decided(review.Namespace, name, outcome.ToCode(), reason, decision.Variant, decision.Id);
    }

    private async ValueTask<AdmissionReview?> RefuseAsync(HttpContext context, int code, string cause)
    {
        metrics.CountMalformed();
        logger.BadRequest(context.Connection.RemoteIpAddress?.ToString(), code, cause);
        context.Response.StatusCode = code;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync("coral: " + cause + "\n", context.RequestAborted);
        return null;
    }

    private static Decision Failed(PodRequest request, string reason) => new()
    {
        Id = request.DecisionId,
        Outcome = Outcome.Failed,
        Reason = reason,
        Warnings = [$"coral: no sidecar ({reason}): {Reasons.All[reason]}"],
    };

    private static bool IsJson(string? type) => type is not null && (type == "application/json" || type.StartsWith("application/json;", StringComparison.OrdinalIgnoreCase));

    private const string TooSlow = "the body did not come within the timeout of the call";

    private static string TooLarge => $"the body is larger than {MostBodyBytes} bytes";

    /// <summary>The API server says in <c>?timeout=</c> how long it waits, as Go writes durations; its own longest otherwise.</summary>
    private static TimeSpan Timeout(HttpContext context)
    {
        foreach (var pair in new QueryStringEnumerable(context.Request.QueryString.Value))
        {
            if (pair.EncodedName.Span is "timeout" && GoDuration.TryParse(pair.EncodedValue.Span, out var limit)) return limit;
        }

        return TimeSpan.FromSeconds(30);
    }
}
