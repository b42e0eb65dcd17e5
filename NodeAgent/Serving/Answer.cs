using System.Text;
using Microsoft.AspNetCore.Http;

namespace Coral.NodeAgent.Serving;

/// <summary>Writes answers of pages. HEAD is answered with the same head and no body.</summary>
internal static class Answer
{
    /// <summary>One line for people.</summary>
    internal static Task LineAsync(HttpContext context, int code, string line)
    {
        context.Response.StatusCode = code;
        return BytesAsync(context, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(line + "\n"));
    }

    internal static Task JsonAsync(HttpContext context, ReadOnlyMemory<byte> json) => BytesAsync(context, "application/json", json);

    /// <summary>Whether the page is only read; else 405 is answered.</summary>
    internal static bool IsRead(HttpContext context) => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);

    /// <summary>For a page that is only read and was asked for otherwise.</summary>
    internal static Task OnlyReadAsync(HttpContext context)
    {
        context.Response.Headers.Allow = "GET, HEAD";
        return LineAsync(context, StatusCodes.Status405MethodNotAllowed, $"{context.Request.Path} takes GET and HEAD");
    }

    internal static async Task BytesAsync(HttpContext context, string type, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
