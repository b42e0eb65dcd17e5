using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Coral.NodeAgent.Sidecar;

/// <summary>
/// The agent API of a sidecar, plain HTTP/1.1. Anybody who reaches the pod may ask, so it takes no body, holds few connections, and says nothing that is secret.
/// </summary>
internal sealed class SidecarServer : IAsyncDisposable
{
    private const int MostConnections = 64;

    /// <summary>For answers in flight when the process is told to stop: the pod's deletion waits for us.</summary>
    private static readonly TimeSpan FinishWithin = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan HeadWithin = TimeSpan.FromSeconds(5);

    /// <summary>What is to come, by the first part of its path.</summary>
    private static readonly string[] NotYet = ["v1", "api", "exec", "shell", "connect", "stream"];

    private readonly WebApplication application;

    private SidecarServer(WebApplication application) => this.application = application;

    /// <param name="listen">Where; null stands for every address, IPv6 too where there is any.</param>
    /// <param name="port">The port.</param>
    /// <param name="status">What to tell now.</param>
    /// <exception cref="IOException">The address is in use or is not ours.</exception>
    internal static async Task<SidecarServer> StartAsync(IPAddress? listen, int port, Func<SidecarStatus> status)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.RequestHeadersTimeout = HeadWithin;
            if (listen is null) kestrel.ListenAnyIP(port, Http1);
            else kestrel.Listen(listen, port, Http1);
        });
        var application = builder.Build();
        application.Run(context => AnswerAsync(context, status));
        try
        {
            await application.StartAsync();
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }

        return new SidecarServer(application);
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(FinishWithin);
        await application.StopAsync(patience.Token);
        await application.DisposeAsync();
    }

    private static void Http1(ListenOptions listen) => listen.Protocols = HttpProtocols.Http1;

    private static Task AnswerAsync(HttpContext context, Func<SidecarStatus> status)
    {
        var path = context.Request.Path.Value ?? "/";
        if (path is not ("/health" or "/status"))
        {
            return NotYet.Contains(path.Split('/', 3)[1], StringComparer.Ordinal)
                ? TextAsync(context, StatusCodes.Status501NotImplemented, "not there yet: this agent serves /health and /status")
                : TextAsync(context, StatusCodes.Status404NotFound, "no such path: this agent serves /health and /status");
        }

        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return TextAsync(context, StatusCodes.Status405MethodNotAllowed, $"{path} takes GET and HEAD");
        }

        return path == "/health" ? TextAsync(context, StatusCodes.Status200OK, "ok") : BytesAsync(context, "application/json", SidecarStatusDocument.Json(status()));
    }

    private static Task TextAsync(HttpContext context, int code, string line)
    {
        context.Response.StatusCode = code;
        return BytesAsync(context, "text/plain; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(line + "\n"));
    }

    private static Task BytesAsync(HttpContext context, string type, byte[] body)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
