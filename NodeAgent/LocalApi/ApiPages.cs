using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Serving;
using Microsoft.AspNetCore.Http;

namespace Coral.NodeAgent.LocalApi;

/// <summary>
/// The API of one agent: <c>/api/events</c>, <c>/api/stats</c>, <c>/api/programs</c>, which may ask for a token, and <c>/health</c> and <c>/status</c>, which say nothing that is secret (docs/reference/vm.md).
/// </summary>
internal sealed class ApiPages(string node, RecentEvents events, EventJson documents, Func<ImmutableArray<CollectorStatus>> collectors, IApiAccess access, DateTimeOffset started, TimeProvider time)
{
    private const string Paths = "/api/events, /api/stats, /api/programs, /health and /status";

    // It is told to be JSON, and no page holds it.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (path is not ("/health" or "/status" or "/api/events" or "/api/stats" or "/api/programs"))
        {
            await Answer.LineAsync(context, StatusCodes.Status404NotFound, $"no such path: this agent serves {Paths}");
            return;
        }

        if (!Answer.IsRead(context))
        {
            await Answer.OnlyReadAsync(context);
            return;
        }

        if (path.StartsWith("/api/", StringComparison.Ordinal) && await access.CheckAsync(context) is { } refusal)
        {
            if (refusal.Code == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
            await Answer.LineAsync(context, refusal.Code, refusal.Line);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        await (path switch
        {
            "/health" => Answer.LineAsync(context, StatusCodes.Status200OK, "ok"),
            "/status" => JsonAsync(context, json => StateJson.Status(json, node, collectors(), started, time.GetUtcNow())),
            "/api/stats" => JsonAsync(context, json => StateJson.Stats(json, node, events.Counts(time.GetUtcNow()), collectors(), started)),
            "/api/programs" => JsonAsync(context, json => StateJson.Programs(json, collectors())),
            _ => EventsAsync(context),
        });
    }

    private Task EventsAsync(HttpContext context)
    {
        var (query, problems) = EventQuery.Read(context.Request.Query);
        if (problems.Length > 0)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return JsonAsync(context, json =>
            {
                json.WriteStartArray("errors"u8);
                foreach (var problem in problems) json.WriteStringValue(problem);
                json.WriteEndArray();
            });
        }

        var (found, fitting) = events.Find(query);
        return JsonAsync(context, json =>
        {
            json.WriteStartArray("events"u8);
            foreach (var e in found) documents.Write(json, e);
            json.WriteEndArray();
            json.WriteNumber("count"u8, found.Length);
            json.WriteNumber("total_count"u8, fitting);
            json.WriteString("query_time"u8, time.GetUtcNow());
        });
    }

    private static Task JsonAsync(HttpContext context, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return Answer.JsonAsync(context, buffer.WrittenMemory);
    }
}
