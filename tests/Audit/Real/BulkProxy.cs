using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Coral.Audit.Tests.Real;

/// <summary>Stands before a real server and can lose the answers to bulk requests.</summary>
internal sealed class BulkProxy : IAsyncDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Uri target;
    private WebApplication app = null!;

    private BulkProxy(Uri target) => this.target = target;

    /// <summary>Called when the server has answered a bulk request; true loses the answer.</summary>
    public Func<Task<bool>>? OnAnswer { get; set; }

    /// <summary>Called when a bulk request is on its way to the server; true cuts the client off at once, and the server goes on.</summary>
    public Func<Task<bool>>? OnRequest { get; set; }

    public Uri Url { get; private set; } = null!;

    public static async Task<BulkProxy> StartAsync(Uri target)
    {
        var proxy = new BulkProxy(target);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        proxy.app = builder.Build();
        proxy.app.Run(proxy.ServeAsync);
        await proxy.app.StartAsync();
        proxy.Url = new Uri(proxy.app.Urls.First());
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        http.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var isBulk = context.Request.Path == "/_bulk";
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var sending = SendAsync(context.Request, body.ToArray());
        try
        {
            if (isBulk && OnRequest is { } cut && await cut())
            {
                context.Abort();
                await sending;
                return;
            }

            var (status, answer) = await sending;
            if (isBulk && OnAnswer is { } lose && await lose())
            {
                context.Abort();
                return;
            }

            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(answer);
        }
        catch (HttpRequestException)
        {
            context.Abort();
        }
    }

    private async Task<(int Status, byte[] Body)> SendAsync(HttpRequest from, byte[] body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(from.Method), new Uri(target, from.Path + from.QueryString));
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", from.ContentType);
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", (string?)from.Headers.ContentEncoding);
        }

        request.Headers.TryAddWithoutValidation("X-Opaque-Id", (string?)from.Headers["X-Opaque-Id"]);
        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync());
    }
}
