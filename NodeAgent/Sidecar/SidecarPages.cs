using System.Collections.Immutable;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Serving;
using Microsoft.AspNetCore.Http;

namespace Coral.NodeAgent.Sidecar;

/// <summary>The agent API of a sidecar. Anybody who reaches the pod may ask, so it says nothing that is secret.</summary>
internal static class SidecarPages
{
    /// <summary>What is to come, by the first part of its path.</summary>
    private static readonly string[] NotYet = ["v1", "api", "exec", "shell", "connect", "stream"];

    /// <param name="context">The request.</param>
    /// <param name="status">What to tell now.</param>
    /// <param name="collectors">What its collectors are doing; null where none were asked for.</param>
    internal static Task AnswerAsync(HttpContext context, Func<SidecarStatus> status, Func<ImmutableArray<CollectorStatus>?> collectors)
    {
        var path = context.Request.Path.Value ?? "/";
        if (path is not ("/health" or "/status"))
        {
            return NotYet.Contains(path.Split('/', 3)[1], StringComparer.Ordinal)
                ? Answer.LineAsync(context, StatusCodes.Status501NotImplemented, "not there yet: this agent serves /health and /status")
                : Answer.LineAsync(context, StatusCodes.Status404NotFound, "no such path: this agent serves /health and /status");
        }

        if (!Answer.IsRead(context)) return Answer.OnlyReadAsync(context);
        return path == "/health" ? Answer.LineAsync(context, StatusCodes.Status200OK, "ok") : Answer.JsonAsync(context, SidecarStatusDocument.Json(status(), collectors()));
    }
}
