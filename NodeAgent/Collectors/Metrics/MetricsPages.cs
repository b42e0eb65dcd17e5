using System.Text;
using Coral.NodeAgent.Serving;
using Microsoft.AspNetCore.Http;

namespace Coral.NodeAgent.Collectors.Metrics;

/// <summary><c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c> of an agent.</summary>
/// <param name="ready">Whether it is ready, and the lines that say why not.</param>
/// <param name="metrics">Makes the page.</param>
internal sealed class MetricsPages(Func<(bool Ready, string Text)> ready, Func<string> metrics)
{
    internal Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path.Value is not ("/healthz" or "/readyz" or "/metrics")) return Answer.LineAsync(context, StatusCodes.Status404NotFound, "no such path: there are /healthz, /readyz and /metrics");
        if (!Answer.IsRead(context)) return Answer.OnlyReadAsync(context);
        switch (context.Request.Path.Value)
        {
            case "/healthz": return Answer.LineAsync(context, StatusCodes.Status200OK, "ok");
            case "/metrics": return Answer.BytesAsync(context, PrometheusPage.ContentType, Encoding.UTF8.GetBytes(metrics()));
            default:
                var (isReady, text) = ready();
                return Answer.LineAsync(context, isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, text);
        }
    }
}
