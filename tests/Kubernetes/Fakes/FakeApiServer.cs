using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Text;
using System.Threading.Channels;
using Coral.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Coral.Kubernetes.Tests.Fakes;

/// <summary>An API server of one kind of object, in this process, with every bad habit that a test may switch on.</summary>
internal sealed class FakeApiServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<FakeWatch, bool> watches = new();
    private int opened;
    private int connections;

    private FakeApiServer(WebApplication app)
    {
        this.app = app;
        Store.Happened += Send;
    }

    public FakeStore Store { get; } = new();

    /// <summary>Method, path and query of each request.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Answers a request in place of the server when it returns true.</summary>
    public Func<HttpContext, Task<bool>>? Intercept { get; set; }

    /// <summary>Whether the server knows the kind at all.</summary>
    public bool Known { get; set; } = true;

    /// <summary>Whether changes are withheld from open watches, as behind a dead load balancer.</summary>
    public bool Silent { get; set; }

    public Uri Url => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public int OpenWatches => watches.Count;

    public int WatchesOpened => Volatile.Read(ref opened);

    /// <summary>How many connections were ever accepted.</summary>
    public int Connections => Volatile.Read(ref connections);

    public static async Task<FakeApiServer> StartAsync(Pki? pki = null, string certificateName = "127.0.0.1", bool expired = false, bool clientCertificate = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        FakeApiServer? server = null;
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Use(next => connection =>
            {
                Interlocked.Increment(ref server!.connections);
                return next(connection);
            });
            if (pki is null) return;
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = pki.Issue(certificateName, expired),
                ClientCertificateMode = clientCertificate ? ClientCertificateMode.RequireCertificate : ClientCertificateMode.NoCertificate,
                ClientCertificateValidation = (certificate, _, _) => pki.Signed(certificate),
            });
        }));
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(logging => logging.ClearProviders());
        var built = builder.Build();
        server = new FakeApiServer(built);
        built.Run(server.HandleAsync);
        await built.StartAsync();
        return server;
    }

    /// <summary>A configuration without credentials.</summary>
    public KubernetesConfig Config(TestFolder folder) => KubernetesConfig.Load(folder.Write(
        "kubeconfig", $"current-context: t\ncontexts: [{{name: t, context: {{cluster: t}}}}]\nclusters: [{{name: t, cluster: {{server: \"{Url}\"}}}}]\n"));

    /// <summary>Sends a line as it is to all open watches.</summary>
    public void Send(string line)
    {
        if (Silent) return;
        foreach (var watch in watches.Keys) watch.Lines.Writer.TryWrite(line + "\n");
    }

    /// <summary>Ends all watches after the first half of an event.</summary>
    public void EndWithinEvent()
    {
        foreach (var watch in watches.Keys)
        {
            watch.Lines.Writer.TryWrite("""{"type":"MODIFIED","object":{"kind":"Pod","meta""");
            watch.Lines.Writer.TryComplete();
        }
    }

    public void EndWatches()
    {
        foreach (var watch in watches.Keys) watch.Lines.Writer.TryComplete();
    }

    public void AbortWatches()
    {
        foreach (var watch in watches.Keys) watch.Lines.Writer.TryComplete(new ConnectionAbortedException());
    }

    public async ValueTask DisposeAsync()
    {
        AbortWatches();
        await app.DisposeAsync();
    }

    public static Task AnswerAsync(HttpContext context, int code, string body)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body, Encoding.UTF8);
    }

    public static string Status(int code, string reason, string message) =>
        $$"""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"{{message}}","reason":"{{reason}}","code":{{code}}}""";

    private async Task HandleAsync(HttpContext context)
    {
        var query = context.Request.Query;
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        if (Intercept is { } intercept && await intercept(context)) return;
        if (!Known) await AnswerAsync(context, 404, "404 page not found");
        else if (query["watch"] == "true") await WatchAsync(context, long.Parse(query["resourceVersion"].ToString()));
        else await ListAsync(context);
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var limit = int.TryParse(query["limit"], out var number) ? number : int.MaxValue;
        var (skip, at) = (0, Store.Version);
        if (query["continue"].ToString() is { Length: > 0 } token)
        {
            var parts = token.Split(':');
            (skip, at) = (int.Parse(parts[0]), long.Parse(parts[1]));
            if (Store.Since(at) is null)
            {
                await AnswerAsync(context, 410, Status(410, "Expired", "The provided continue parameter is too old"));
                return;
            }
        }

        await AnswerAsync(context, 200, Store.Page(limit, skip, at));
    }

    private async Task WatchAsync(HttpContext context, long from)
    {
        if (Store.Since(from) is null)
        {
            await AnswerAsync(context, 410, Status(410, "Expired", $"too old resource version: {from}"));
            return;
        }

        var watch = new FakeWatch();
        watches[watch] = true;
        Interlocked.Increment(ref opened);
        try
        {
            // Registered before the history is read: an event may come twice, never not at all.
            context.Response.ContentType = "application/json";
            await context.Response.Body.FlushAsync();
            foreach (var line in Store.Since(from) ?? []) await context.Response.WriteAsync(line + "\n", context.RequestAborted);
            await foreach (var line in watch.Lines.Reader.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.WriteAsync(line, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (ConnectionAbortedException)
        {
            context.Abort();
        }
        catch (OperationCanceledException)
        {
            // The client has left.
        }
        finally
        {
            watches.TryRemove(watch, out _);
        }
    }

    private sealed class FakeWatch
    {
        public Channel<string> Lines { get; } = Channel.CreateUnbounded<string>();
    }
}
