using Coral.Webhook.Health;
using Microsoft.AspNetCore.Http;

namespace Coral.Webhook.Serving;

/// <summary><c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c>.</summary>
internal sealed class StatusPages(Readiness readiness, Func<string> metrics)
{
    internal static Task HealthAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, "text/plain; charset=utf-8", "ok\n");

    internal Task ReadyAsync(HttpContext context)
    {
        var (ready, text) = readiness.Describe();
        return WriteAsync(context, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, "text/plain; charset=utf-8", text);
    }

    internal Task MetricsAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, MetricsPage.ContentType, metrics());

    private static Task WriteAsync(HttpContext context, int code, string type, string text)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
