using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Coral.Testing.Search;

/// <summary>
/// Stands in for an Elasticsearch that is well, away, silent, busy or full, at one address. It costs so little that a load test beside it measures something else. It keeps ids and no documents. Thread safe, but for
/// <see cref="SetAsync"/>.
/// </summary>
public sealed class SearchStandIn : IAsyncDisposable
{
    private readonly StoredIds stored = new();
    private CancellationTokenSource patience = new();
    private WebApplication? app;
    private int port;
    private int begun;

    private SearchStandIn(int port) => this.port = port;

    /// <summary>Its address, whatever its state.</summary>
    public Uri Url => new($"http://127.0.0.1:{port}/");

    /// <summary>How it is.</summary>
    public SearchState State { get; private set; }

    /// <summary>What each bulk request waits for before it is served; null for nothing.</summary>
    public Func<CancellationToken, Task>? BeforeBulk { get; set; }

    /// <summary>How many bulk requests have come since the state changed.</summary>
    public int Bulks => Volatile.Read(ref begun);

    /// <summary>The ids of all stored documents over all backing indices, in no order.</summary>
    public IReadOnlyCollection<string> Stored => stored.All;

    /// <summary>Starts one that is well.</summary>
    /// <param name="port">On loopback; 0 for any.</param>
    public static async Task<SearchStandIn> StartAsync(int port = 0)
    {
        var server = new SearchStandIn(port);
        await server.UpAsync();
        return server;
    }

    /// <summary>Changes how it is, and rolls over. Requests that wait for an answer in vain are broken off.</summary>
    public async Task SetAsync(SearchState state)
    {
        stored.Rollover();
        State = state;
        Volatile.Write(ref begun, 0);
        await patience.CancelAsync();
        patience.Dispose();
        patience = new CancellationTokenSource();
        if (state == SearchState.Refusing) await DownAsync();
        else if (app is null) await UpAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await patience.CancelAsync();
        await DownAsync();
        patience.Dispose();
    }

    private async Task UpAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        app = builder.Build();
        app.Run(ServeAsync);
        await app.StartAsync();
        port = new Uri(app.Urls.First()).Port;
    }

    private async Task DownAsync()
    {
        if (app is null) return;
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await app.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // Connections are cut, as wanted.
        }

        await app.DisposeAsync();
        app = null;
    }

    private async Task ServeAsync(HttpContext context)
    {
        var (state, waiting) = (State, patience.Token);
        var path = context.Request.Path.Value![1..];
        var isBulk = path == "_bulk";
        if (isBulk) Interlocked.Increment(ref begun);
        if (isBulk && BeforeBulk is { } wait) await wait(context.RequestAborted);
        if (isBulk && state == SearchState.Busy)
        {
            await AnswerAsync(context, 429, "{}");
            return;
        }

        if (state == SearchState.Silent)
        {
            if (isBulk) stored.Add((await StoredIds.ReadAsync(context.Request)).Where((_, number) => number % 2 == 0));
            await HangAsync(context, waiting);
            return;
        }

        if (isBulk) await AnswerAsync(context, 200, stored.Bulk(await StoredIds.ReadAsync(context.Request), isFull: state == SearchState.Full));
        else if (path.EndsWith("/_mget", StringComparison.Ordinal)) await AnswerAsync(context, 200, await stored.FindAsync(path.Split('/')[0], context.Request.Body));
        else await AnswerAsync(context, Standing.StatusOf(context.Request.Method, path), Standing.BodyOf(path, stored.Indices));
    }

    private static async Task HangAsync(HttpContext context, CancellationToken waiting)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(waiting, context.RequestAborted);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        context.Abort();
    }

    private static async Task AnswerAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
    }
}
